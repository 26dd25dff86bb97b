"""A till becomes a till of its shop, and of no other: by a scanned QR code, over TLS, through the window."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from sqlalchemy import Engine

from pos_app.__main__ import main
from pos_app.config import Config
from pos_app.enrolment import key_file, trust_file
from pos_app.store.db import Stores, open_stores
from pos_app.store.errors import StoreFull
from pos_app.store.identity import Device
from sync.central import authority, db
from sync.invitation import Invitation
from tests.journeys import goods
from tests.journeys.central_side import ShopServer
from tests.journeys.conftest import Shop
from tests.journeys.window import Desk
from tests.security.tls import Office
from tests.ui import press


class SafeShop(ShopServer):
    """The demo shop behind HTTPS, as it is served in production."""

    def __init__(self, database: str, office: Office) -> None:
        super().__init__(database)
        self.office = office

    def invitation(self, till_no: str = "7") -> Invitation:
        return Invitation(self.address, self.code_for(till_no), self.office.pins)


@pytest.fixture
def engine(seeded: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(seeded, tmp_path / "central.db")
    engine = db.create_engine(f"sqlite:///{tmp_path / 'central.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def safe(engine: Engine, tmp_path: Path) -> Iterator[SafeShop]:
    office = Office(tmp_path / "office").begin()
    shop = SafeShop(str(engine.url), office)
    with office.serving(engine) as shop.address:
        yield shop


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Desk]:
    """A till that nobody has set up."""
    with Desk(Config(tmp_path / "till")) as desk:
        desk.until(lambda: desk.place == "enrol", "the first start")
        yield desk


def scan(desk: Desk, text: str, answer: str = "Check the server address") -> None:
    """By keys, as a scanner types them; once more where a busy machine held the keys up in between."""
    for _ in range(3):
        press.wedge(desk.window, text)
        QTest.qWait(50)
        if desk.said(answer):
            return
        for field in desk.window.findChildren(QLineEdit):
            field.clear()
        QTest.qWait(300)


def confirm(desk: Desk) -> None:
    """A person reads what the scan has filled in, and presses Enter."""
    desk.until(lambda: desk.said("Check the server address"), "the fields")
    QTest.qWait(600)
    desk.key(Qt.Key.Key_Return)


def sell(desk: Desk, shop: ShopServer) -> None:
    desk.ready()
    desk.until(lambda: desk.button("Jana"), "the staff list")
    desk.selling()
    desk.scan(goods.ean13(shop))
    desk.until(lambda: desk.till.basket.lines, "a line")
    desk.tap("Exact cash")


def test_a_scanned_qr_code_makes_a_till_that_sells_over_tls(safe: SafeShop, new: Desk) -> None:
    scan(new, safe.invitation().text())
    confirm(new)

    sell(new, safe)

    new.until(lambda: [it[0] for it in safe.receipts()] == ["014-7-000001"], "central")
    kept = trust_file(new.config.data_dir)
    assert safe.office.pins[0] in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_till_that_starts_again_still_believes_its_own_server_only(
    safe: SafeShop, new: Desk, engine: Engine, tmp_path: Path
) -> None:
    scan(new, safe.invitation().text())
    confirm(new)
    new.ready()
    new.until(lambda: new.button("Jana"), "the staff list")
    new.close()
    false = Office(tmp_path / "false").begin()

    with false.serving(engine) as elsewhere:
        moved = replace(new.config, server_url=elsewhere)
        with Desk(moved) as again:
            again.ready()
            again.until(lambda: again.button("Jana"), "the staff list")
            again.sign_in()
            again.until(lambda: again.said("Another server answers in place of yours"), "the words")


def test_the_qr_code_of_another_shop_is_said_and_costs_nothing(
    safe: SafeShop, new: Desk, tmp_path: Path
) -> None:
    other = Office(tmp_path / "other").begin()
    good = safe.invitation()

    scan(new, replace(good, pins=other.pins).text())
    confirm(new)
    new.until(lambda: new.said("Another server answers than the one"), "the words")

    scan(new, good.text())
    confirm(new)
    new.ready()


def test_a_pasted_qr_text_is_taken_with_one_tap(safe: SafeShop, new: Desk) -> None:
    QGuiApplication.clipboard().setText(safe.invitation().text())
    press.ctrl(new.window, Qt.Key.Key_V)

    new.tap("Connect")

    new.ready()


def test_the_fields_can_be_filled_by_hand(safe: SafeShop, new: Desk) -> None:
    invitation = safe.invitation()
    for text in (invitation.url, invitation.code, ",".join(invitation.pins)):
        press.type_text(new.window, text, gap_ms=45)
        press.key(new.window, Qt.Key.Key_Tab)

    new.tap("Connect")

    new.ready()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("omnitill://enrol?url=https%3A%2F%2Fa.example", "not a whole enrolment code"),
        ("omnitill://enrol?" + "x" * 1_100, "not a whole enrolment code"),
        ("omnitill://enrol?url=ftp%3A%2F%2Fa.example&code=ABCD", "begins with https://"),
    ],
    ids=["torn", "huge", "another address"],
)
def test_a_broken_qr_code_is_said(new: Desk, text: str, words: str) -> None:
    scan(new, text, words)

    new.until(lambda: new.said(words), "the words")
    assert new.place == "enrol"


def test_an_address_without_tls_is_refused(new: Desk) -> None:
    scan(new, Invitation("http://192.0.2.7:8420", "ABCD-EFGH").text())
    new.until(lambda: new.said("Check the server address"), "the fields")

    new.tap("Connect")

    new.until(lambda: new.said("others could read along"), "the words")


@pytest.mark.logs("the store cannot be opened")
def test_a_disk_that_fills_up_while_enrolling_is_a_page_that_says_so(
    safe: SafeShop, new: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Stores.enrol

    def full(self: Stores, device: Device, **_: object) -> None:
        raise StoreFull("no room")

    monkeypatch.setattr(Stores, "enrol", full)
    scan(new, safe.invitation().text())
    confirm(new)
    new.until(lambda: new.place == "fatal", "the page")
    assert new.said("The disk of this till is full")

    monkeypatch.setattr(Stores, "enrol", real)
    new.tap("Try again")
    new.until(lambda: new.place == "enrol", "the first start, again")


# a key that is damaged


def cut(key: Path) -> None:
    key.write_bytes(key.read_bytes()[:10])


def folder_instead(key: Path) -> None:
    key.unlink()
    key.mkdir()
    (key / "something").touch()


@pytest.mark.logs("the store cannot be opened")
@pytest.mark.parametrize("harm", [cut, folder_instead])
def test_a_damaged_key_is_a_page_and_a_new_code_brings_everything_to_central(
    shop: Shop, config: Config, harm: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    shop.server.stop()
    with Desk(config) as desk:
        desk.selling()
        desk.scan(goods.ean13(shop.server))
        desk.until(lambda: desk.till.basket.lines, "a line")
        desk.tap("Exact cash")
        desk.until(desk.sales, "a sale that central does not have")
        receipt = desk.sales()[0].receipt_no
    shop.server.start()
    with closing(open_stores(config.data_dir)) as stores:
        assert stores.identity is not None
        harm(key_file(config.data_dir, stores.identity.device.device_id))

    with Desk(config) as again:
        again.until(lambda: again.place == "fatal", "the page")
        assert again.said("The key that proves who this till is cannot be read")
        assert again.said("Every sale is safe in this till's record")
        assert again.said("omnitill enrol --code")

        new = Invitation(shop.server.address, shop.server.code_for("2")).text()
        assert main(["enrol", "--data-dir", str(config.data_dir), "--code", new]) == 0
        assert "till 2 of 014" in capsys.readouterr().out
        again.tap("Try again")
        again.ready()
        again.until(lambda: receipt in [it[0] for it in shop.server.receipts()], "central")


def test_a_key_that_was_damaged_before_the_till_was_enrolled_is_put_aside(
    safe: SafeShop, tmp_path: Path
) -> None:
    config = Config(tmp_path / "till")
    config.data_dir.mkdir()
    (config.data_dir / "device.key").write_bytes(b"torn")

    with Desk(config) as desk:
        desk.until(lambda: desk.place == "enrol", "the first start")
        scan(desk, safe.invitation().text())
        confirm(desk)
        desk.ready()

    assert (config.data_dir / "device.key.damaged").read_bytes() == b"torn"


def test_a_till_takes_a_renewed_certificate_and_a_changed_authority_while_it_works(
    safe: SafeShop, new: Desk, engine: Engine
) -> None:
    scan(new, safe.invitation().text())
    confirm(new)
    new.ready()
    new.until(lambda: new.said("Online"), "the badge")
    new.close()
    before = trust_file(new.config.data_dir).read_text()
    authority.rotate_ca(safe.office.ca)
    safe.office.certify()

    with (
        safe.office.serving(engine) as url,
        Desk(replace(new.config, server_url=url)) as again,
    ):
        again.ready()
        again.until(lambda: again.said("Online"), "the badge")

    kept = trust_file(new.config.data_dir).read_text()
    assert kept != before
    assert all(pin in kept for pin in safe.office.pins)
