"""A person of the office with a browser's habits: cookies, forms sent as they were read."""

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import httpx
from argon2 import PasswordHasher
from sqlalchemy import Engine

from sync.central import db
from sync.central.identity import now_ms
from sync.central.office import people
from tests.central.running import PATIENCE_S
from tests.central.shop import TENANT

PASSWORD = "correct horse battery"
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Page(HTMLParser):
    """What a reader sees of a page, its forms and its links."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.status = answer.status_code
        self.tags: list[str] = []
        self.links: list[str] = []
        self.forms: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] = {}
        self._said: list[str] = []
        self.feed(answer.text)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._said).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if tag == "a":
            self.links.append(given["href"])
        elif tag == "form":
            self._form = self.forms.setdefault(given["action"], {})
        elif given.get("name") and tag in {"input", "textarea", "select"}:
            self._form[given["name"]] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        self._said.append(data)


class Clerk:
    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def see(self, path: str) -> Page:
        return Page(self.http.get(path, follow_redirects=True))

    def send(self, page: Page, action: str, **fields: str) -> Page:
        """Fill in a form of this page and send it."""
        answer = self.http.post(action, data=page.forms[action] | fields, follow_redirects=True)
        return Page(answer)

    def sign_in(self, name: str = "eva", password: str = PASSWORD) -> Page:
        page = self.see("/office/sign-in")
        return self.send(page, "/office/sign-in", name=name, password=password)


def employ(engine: Engine, name: str = "eva", *stores: str) -> None:
    who = name, _CHEAP.hash(PASSWORD), stores, TENANT
    db.write(engine, lambda c: people.add(c, *who, now_ms()))


@contextmanager
def clerk(address: str) -> Iterator[Clerk]:
    with httpx.Client(base_url=address, timeout=PATIENCE_S) as http:
        yield Clerk(http)
