"""Customers of any number: believable, nobody who exists, the same for the same number."""

import random
from collections.abc import Iterator

from sync.central.customers import Customer, on_the_wire, row_of
from tests.perf.goods import SYLLABLES, ean13

_HOSTS = ("example.com", "example.org", "example.net", "mail.example", "post.example")
_CONSENTS = ((), ("marketing.email",), ("marketing.email", "marketing.sms"))
_CARDS = 50_000_000


def people(count: int, area: str) -> Iterator[Customer]:
    """Four in five have left a mail address, as many a telephone number, two in three a card."""
    chance = random.Random(7)
    for number in range(count):
        given, family = (_name(chance) for _ in range(2))
        mail = f"{given}.{family}{chance.randrange(1000)}@{chance.choice(_HOSTS)}"
        points = chance.randrange(2000)
        yield Customer(
            f"{chance.getrandbits(60):015x}",
            area,
            f"{given} {family}",
            mail if chance.random() < 0.8 else "",
            f"+420{chance.randrange(600_000_000, 799_999_999)}" if chance.random() < 0.8 else "",
            ean13(_CARDS + number) if chance.random() < 0.66 else "",
            chance.choice(_CONSENTS),
            points,
            "gold" if points > 1500 else "",
        )


def wire_rows(count: int) -> list[list[object]]:
    """As central sends them: [seq, op, *cols]."""
    rows = (on_the_wire(row_of("", it) | {"version": 1}) for it in people(count, ""))
    return [[seq, "put", *row] for seq, row in enumerate(rows, start=1)]


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 4)))).capitalize()
