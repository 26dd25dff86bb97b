"""Search: as you type, off the GUI thread, and nothing scanned ever lands in the field."""

from collections.abc import Iterator
from threading import Event, get_ident

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pos_app.domain.catalog import SearchHit, Unit
from pos_app.ui.selling.search_worker import SearchWorker
from tests.ui.press import key, type_text
from tests.ui.selling.shop import TEE, Shop
from tests.ui.selling.test_register import rows


def hit(name: str) -> SearchHit:
    return SearchHit(name, name, name, "", Unit.PIECE, 100)


class SlowCatalog:
    """Every search takes until it is let go or interrupted."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.thread = 0
        self.go = Event()
        self._stopped = Event()

    def search(self, text: str, limit: int = 50) -> tuple[SearchHit, ...]:
        self.asked.append(text)
        self.thread = get_ident()
        self._stopped.clear()
        while not self.go.wait(0.005):
            if self._stopped.is_set():
                raise RuntimeError("interrupted")
        return (hit(text),)

    def interrupt(self) -> None:
        self._stopped.set()


@pytest.fixture
def slow(qtbot: QtBot) -> Iterator[tuple[SlowCatalog, SearchWorker]]:
    catalog = SlowCatalog()
    worker = SearchWorker(catalog)
    yield catalog, worker
    catalog.go.set()
    worker.stop()


def test_only_the_last_question_is_answered_and_on_this_thread(
    qtbot: QtBot, slow: tuple[SlowCatalog, SearchWorker]
) -> None:
    catalog, worker = slow
    answers: list[tuple[str, int]] = []
    worker.found.connect(lambda text, _hits: answers.append((text, get_ident())))

    for text in ("j", "ja", "jac"):
        worker.ask(text)
        qtbot.wait(10)
    catalog.go.set()
    qtbot.waitUntil(lambda: bool(answers))

    assert answers == [("jac", get_ident())]
    assert catalog.thread != get_ident()


def searched(shop: Shop, qtbot: QtBot, text: str) -> list[str]:
    """Type and wait for the answer."""
    search = shop.register.questions.search
    type_text(shop.window, text, gap_ms=5)
    qtbot.waitUntil(lambda: search._shown_for == text)
    model = search.list.model
    return [model.row_at(n).title for n in range(model.rowCount())]  # type: ignore[union-attr]


def test_a_slash_opens_it_and_results_come_as_typed(shop: Shop, qtbot: QtBot) -> None:
    key(shop.window, "/")

    assert searched(shop, qtbot, "beanie") == ["Beanie, last year", "Beanie, this year"]


def test_enter_adds_the_first_and_closes(shop: Shop, qtbot: QtBot) -> None:
    key(shop.window, "/")
    searched(shop, qtbot, "carrier")

    key(shop.window, Qt.Key.Key_Return)

    assert rows(shop) == ["1× Carrier bag"]
    assert shop.register.questions.open_sheet is None


def test_arrows_choose_another_one(shop: Shop, qtbot: QtBot) -> None:
    key(shop.window, "/")
    searched(shop, qtbot, "beanie")

    key(shop.window, Qt.Key.Key_Down)
    key(shop.window, Qt.Key.Key_Return)

    assert rows(shop) == ["1× Beanie, this year"]


def test_enter_faster_than_the_answer_waits_for_it(shop: Shop, qtbot: QtBot) -> None:
    key(shop.window, "/")
    type_text(shop.window, "carrier", gap_ms=0)

    key(shop.window, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: rows(shop) == ["1× Carrier bag"])


def test_a_product_with_variants_opens_its_matrix(shop: Shop, qtbot: QtBot) -> None:
    key(shop.window, "/")
    searched(shop, qtbot, "lofoten")

    key(shop.window, Qt.Key.Key_Return)

    assert shop.register.questions.matrix.isVisible()


def test_nothing_found_says_what_to_do(shop: Shop, qtbot: QtBot) -> None:
    key(shop.window, "/")

    assert searched(shop, qtbot, "xyzzy") == []
    assert shop.register.questions.search._state.text().startswith("Nothing found for “xyzzy”.")


def test_escape_closes_it_and_the_register_has_the_keys_again(shop: Shop, qtbot: QtBot) -> None:
    key(shop.window, "/")
    searched(shop, qtbot, "beanie")

    key(shop.window, Qt.Key.Key_Escape)
    key(shop.window, "4")

    assert shop.register.questions.open_sheet is None
    assert shop.till.pending_qty == 4_000


def test_a_scan_from_a_device_adds_while_the_field_keeps_its_text(shop: Shop, qtbot: QtBot) -> None:
    key(shop.window, "/")
    searched(shop, qtbot, "beanie")

    shop.scan(TEE)

    assert rows(shop) == ["1× Merino crew tee"]
    assert shop.register.questions.search.field.text() == "beanie"
