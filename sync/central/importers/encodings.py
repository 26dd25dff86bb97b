"""Which encoding a text file is written in, said so that a person can disagree."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from sync.central.importers.errors import ImportStopped

CHUNK = 1 << 20
ALLOWED = ("utf-8", "utf-16", "cp1250", "cp1252", "latin-1")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte-order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "an Excel workbook or another ZIP file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"SQLite format 3", "a database"),
)
_ONLY_CENTRAL = frozenset(bytes.fromhex("9db3b9bebfecef"))
"""ť ł ą ľ ż ě ď in cp1250; undefined, signs or rare letters in cp1252."""
_CENTRAL_HINT = frozenset(bytes.fromhex("8a8e9a9ef9"))
"""Š Ž š ž, the same in both pages, and ů: they tell the language."""
_ONLY_WESTERN = frozenset(bytes.fromhex("c5e0e3e5f1"))
"""Å à ã å ñ in cp1252; rare letters in cp1250."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` is Python's, `statement` is what the report says."""

    name: str
    statement: str


def chosen_encoding(path: Path, wanted: str | None) -> Encoding:
    """The encoding asked for, else the one found; ImportStopped when the file is no text."""
    with path.open("rb") as source:
        start = source.read(64 * 1024)
    if not start.strip():
        raise ImportStopped("The file is empty.")
    marked = next(((name, said) for bom, name, said in _BOMS if start.startswith(bom)), None)
    _refuse_binary(start, is_wide=marked is not None and marked[0] == "utf-16")
    if wanted:
        return _asked_for(wanted)
    return Encoding(*marked) if marked else _found(path)


def _asked_for(wanted: str) -> Encoding:
    if wanted not in ALLOWED:
        raise ImportStopped(f"Encoding {wanted} is not known; use one of {', '.join(ALLOWED)}.")
    return Encoding("utf-8-sig" if wanted == "utf-8" else wanted, f"{wanted} as asked for")


def _refuse_binary(start: bytes, *, is_wide: bool) -> None:
    for magic, what in _NOT_TEXT:
        if start.startswith(magic):
            raise ImportStopped(f"The file is {what}, not a CSV file. Save or export it as CSV.")
    control = sum(start.count(byte) for byte in range(32) if byte not in b"\t\n\r\f")
    if not is_wide and control * 20 > len(start):
        raise ImportStopped("The file holds binary data, not text. Export it as CSV.")


def _found(path: Path) -> Encoding:
    """UTF-8 unless more letters are broken than whole; then the likelier Windows code page."""
    whole, broken, counts = _survey(path)
    if not broken:
        return Encoding("utf-8", "UTF-8" if whole else "plain ASCII")
    if whole > broken:
        return Encoding(
            "utf-8", f"UTF-8, with {broken} bytes that are not (their rows are refused)"
        )
    if _is_central(counts):
        return Encoding(
            "cp1250",
            "not UTF-8: read as cp1250 (Central European); "
            "if letters look wrong say --encoding cp1252",
        )
    return Encoding(
        "cp1252",
        "not UTF-8: read as cp1252 (Western European); if letters look wrong say --encoding cp1250",
    )


def _survey(path: Path) -> tuple[int, int, list[int]]:
    """Letters beyond ASCII that are good UTF-8, bytes that are not, and how often each byte is."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    whole = broken = 0
    counts = [0] * 256
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            text = decoder.decode(chunk, final=len(chunk) < CHUNK)
            if not text.isascii():
                beyond = [letter for letter in text if letter > "\x7f"]
                bad = sum("\udc80" <= letter <= "\udcff" for letter in beyond)
                broken += bad
                whole += len(beyond) - bad
                for byte in chunk.translate(None, bytes(range(128))):
                    counts[byte] += 1
    return whole, broken, counts


def _is_central(counts: list[int]) -> bool:
    """Bytes that are letters of one region only decide; western when nothing tells."""
    score = 3 * sum(counts[byte] for byte in _ONLY_CENTRAL)
    score += sum(counts[byte] for byte in _CENTRAL_HINT)
    return score > 3 * sum(counts[byte] for byte in _ONLY_WESTERN)
