"""Why the set-up cannot go on, in one sentence that ends up before a person."""


class CannotPrepare(Exception):
    """Its text is the whole message: what is missing, and what to do about it."""
