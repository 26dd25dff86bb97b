"""B01: scans between a person's keys, with the caret in a text field. None lost, none in the field.

SCAN_GAP_MS=250 makes it the full run at four scans a second.
"""

import os
from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.domain.money import ONE
from pos_app.ui.wedge_filter import WedgeFilter
from tests.ui.press import key, wedge
from tests.ui.selling.shop import SOCK, TEE, Shop

SCANS = 200
TYPED = "zlutoucky kun pel dabelske ody"
"""A letter after every sixth scan or so."""
GAP_MS = int(os.environ.get("SCAN_GAP_MS", "0"))
HUMAN_MS = 60
"""After a scan and before a key: longer than a scanner's gap, shorter than a person's."""


@pytest.fixture
def scanner(qapp: QApplication, shop: Shop) -> Iterator[WedgeFilter]:
    """The filter that every key of the application passes."""
    made = WedgeFilter(qapp)
    made.scanned.connect(shop.signals.scanned)
    yield made
    qapp.removeEventFilter(made)
    made.deleteLater()


@pytest.mark.slow
def test_two_hundred_scans_and_a_typist_at_one_keyboard(
    qtbot: QtBot, shop: Shop, scanner: WedgeFilter
) -> None:
    key(shop.window, "/")
    field = shop.register.questions.search.field
    qtbot.waitUntil(field.isVisible)
    letters = iter(TYPED)

    for number in range(SCANS):
        wedge(shop.window, TEE if number % 2 else SOCK)
        QTest.qWait(GAP_MS)
        if number % 6 == 0:
            QTest.qWait(HUMAN_MS)
            key(shop.window, next(letters, "x"))
            QTest.qWait(HUMAN_MS)

    typed = TYPED + "x" * (34 - len(TYPED))
    qtbot.waitUntil(lambda: field.text() == typed)
    assert sum(it.qty for it in shop.till.basket.lines) == SCANS * ONE
    assert shop.register.questions.search.isVisible()
