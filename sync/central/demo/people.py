"""Who works in the demo stores and who buys there.

The PINs are meant to be known: they are printed in the demo's sign-in help and in the README.

| store     | name      | role       | PIN    |
|-----------|-----------|------------|--------|
| 014 Brno  | Jana N.   | Cashier    | 1111   |
| 014 Brno  | Petr K.   | Supervisor | 2222   |
| 014 Brno  | Ola S.    | Trainee    | 3333   |
| 014 Brno  | Marit H.  | Cashier    | 4444   |
| 014 Brno  | Joy R.    | Cashier    | 5555   |
| 014 Brno  | Alena M.  | Manager    | 246810 |
| the others | a cashier, a supervisor and a trainee each | | 1111, 2222, 3333 |
"""

import hashlib
import hmac
import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from argon2.low_level import Type, hash_secret

from pos_app.domain.staff import Right
from sync.central.customers import Customer
from sync.central.demo.numbers import ean13
from sync.central.demo.words import words

CUSTOMERS = 500
CUSTOMERS_SINCE_MS = 1_735_689_600_000
"""1 January 2025: the first one's card; one more every fifteen hours."""
FIFTEEN_HOURS_MS = 54_000_000
CARDS = 900_000_000
"""Loyalty cards are numbered from here, far from any article."""
GOLD_FROM = 1000
PEPPER = hashlib.sha256(b"omnitill demo shop: this pepper is public").hexdigest()

TRAINEE = frozenset({Right.SELL, Right.OPEN_SHIFT, Right.OPEN_PRICE})
CASHIER = TRAINEE | {Right.DISCOUNT, Right.VOID_BASKET, Right.DEVICES}
EVERYTHING = frozenset(Right)
RIGHTS = {"Trainee": TRAINEE, "Cashier": CASHIER, "Supervisor": EVERYTHING, "Manager": EVERYTHING}


@dataclass(frozen=True, slots=True)
class Person:
    store_no: str
    name: str
    role: str
    pin: str

    @property
    def staff_id(self) -> str:
        return f"{self.store_no}-{self.name.split()[0].casefold()}"


STAFF = (
    Person("014", "Jana N.", "Cashier", "1111"),
    Person("014", "Petr K.", "Supervisor", "2222"),
    Person("014", "Ola S.", "Trainee", "3333"),
    Person("014", "Marit H.", "Cashier", "4444"),
    Person("014", "Joy R.", "Cashier", "5555"),
    Person("014", "Alena M.", "Manager", "246810"),
    Person("011", "Tereza V.", "Cashier", "1111"),
    Person("011", "Marek D.", "Supervisor", "2222"),
    Person("011", "Zofia W.", "Trainee", "3333"),
    Person("021", "Lukáš B.", "Cashier", "1111"),
    Person("021", "Hana P.", "Supervisor", "2222"),
    Person("021", "Paweł L.", "Trainee", "3333"),
    Person("032", "Ingrid S.", "Cashier", "1111"),
    Person("032", "Šimon R.", "Supervisor", "2222"),
    Person("032", "Liza T.", "Trainee", "3333"),
)


def staff_rows(store_ids: dict[str, str]) -> list[dict[str, Any]]:
    """Rows of the staff table; hashing takes a moment each, so it uses all processors."""
    with ThreadPoolExecutor() as pool:
        hashes = list(pool.map(_pin_hash, STAFF))
    return [
        {
            "store_id": store_ids[person.store_no],
            "staff_id": person.staff_id,
            "name": person.name,
            "role": person.role,
            "rights_json": orjson.dumps(sorted(RIGHTS[person.role])).decode(),
            "pin_hash": pin_hash,
            "pin_length": len(person.pin),
            "active": 1,
        }
        for person, pin_hash in zip(STAFF, hashes, strict=True)
    ]


def pin_secret(pepper: str, staff_id: str, pin: str) -> bytes:
    """What is hashed: a PIN alone could be found by trying all of them."""
    return hmac.new(pepper.encode(), f"{staff_id}:{pin}".encode(), hashlib.sha256).digest()


@cache
def _pin_hash(person: Person) -> str:
    """Argon2id (19 MiB, 2 passes); the salt is fixed so that seeding twice gives the same rows."""
    salt = hashlib.sha256(f"omnitill demo {person.staff_id}".encode()).digest()[:16]
    secret = pin_secret(PEPPER, person.staff_id, person.pin)
    return hash_secret(
        secret,
        salt,
        time_cost=2,
        memory_cost=19 * 1024,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    ).decode("ascii")


def customers(area: str) -> Iterable[Customer]:
    """Five hundred people whose mail addresses, telephone numbers and cards cannot exist."""
    chance = random.Random(CUSTOMERS)  # noqa: S311 invented names, no secrets
    known = words()
    for number in range(1, CUSTOMERS + 1):
        city = chance.choice(known.cities)
        points = number * 37 % 1200
        yield Customer(
            customer_id=f"C{number:05d}",
            area=area,
            name=f"{chance.choice(known.given)} {chance.choice(known.family)}",
            email=f"customer{number}@example.com",
            phone=f"+420 000 000 {number:03d}",
            loyalty_no=ean13(CARDS + number),
            consents=_CONSENTS[number % len(_CONSENTS)],
            points=points,
            tier="gold" if points >= GOLD_FROM else "",
            city=city,
            locale=_LOCALES.get(city, "cs_CZ"),
            created_at_ms=CUSTOMERS_SINCE_MS + number * FIFTEEN_HOURS_MS,
        )


_CONSENTS: tuple[tuple[str, ...], ...] = (
    (),
    ("marketing.email",),
    ("marketing.email", "marketing.sms"),
    (),
)
_LOCALES = {"Wrocław": "pl_PL", "Kraków": "pl_PL", "Oslo": "nb_NO", "Bergen": "nb_NO"}
