"""What keeps this till's record safe, as found at one moment."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pos_app.domain.verdict import Verdict

Second: TypeAlias = Literal["same_disk", "there", "behind", "gone"]
"""The second folder: on the till's own disk because no other was named; on another and up to date;
there but behind; not to be read."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What reading the whole record came to: when, how many facts, what is wrong ("" for nothing)."""

    at_ms: int
    facts: int
    wrong: str


@dataclass(frozen=True, slots=True)
class Safety:
    """Records of the till's present life, and where else they are.

    `unsent` counts facts central does not have; `unmarked` those the mark outside the journal does not
    cover yet, None if no mark can be read; `copied_at_ms` is the newest hourly copy, None without one;
    `proof` the newest look at the whole record, None before the first. `waiting` are facts that wait
    at central for a person.
    """

    till_no: str
    life: int
    recorded: int
    unsent: int
    unmarked: int | None
    second: Second
    second_folder: str
    copied_at_ms: int | None
    proof: Proof | None
    free_bytes: int
    free_percent: int
    waiting: tuple[Verdict, ...]
