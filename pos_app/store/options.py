"""A variant's options as they lie in the replica: JSON [[axis, value], ...]."""

import orjson

NONE = "[]"


def options_of(text: str) -> tuple[tuple[str, str], ...]:
    if text == NONE:  # almost all groceries
        return ()
    return tuple((str(axis), str(value)) for axis, value in orjson.loads(text))


def detail_of(text: str) -> str:
    """The values as a person reads them: Navy / M."""
    return " / ".join(value for _, value in options_of(text))
