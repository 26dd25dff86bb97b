"""JSON as it lies in the replica: a variant's options [[axis, value], ...], and lists of names."""

import orjson

NONE = "[]"


def options_of(text: str) -> tuple[tuple[str, str], ...]:
    """None where the text is something else: one bad row must neither stop a scan nor the index."""
    if text == NONE:  # almost all groceries
        return ()
    try:
        return tuple((str(axis), str(value)) for axis, value in orjson.loads(text))
    except (ValueError, TypeError):
        return ()


def names_in(text: str) -> tuple[str, ...]:
    """A JSON list of names, such as axes or rights; none where it is something else."""
    try:
        found = orjson.loads(text)
    except ValueError:
        return ()
    return tuple(it for it in found if isinstance(it, str)) if isinstance(found, list) else ()


def detail_of(text: str) -> str:
    """The values as a person reads them: Navy / M."""
    return " / ".join(value for _, value in options_of(text))
