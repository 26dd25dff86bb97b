"""The selling screens in every class: nothing cut, small, close, nameless or outside."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from pos_app.domain.sale import TenderKind
from pos_app.store.db import Stores
from pos_app.ui.theme import Look, color, theme
from pos_app.ui.tokens import ThemeName
from pos_app.ui.units import Units, set_units
from tests.ui.audit import faults
from tests.ui.selling.shop import SOCK, TEE, UNKNOWN, Shop, open_shop

CLASSES = {
    "compact": (1024, 768, 1.0),
    "standard": (1366, 768, 1.0),
    "wide": (1920, 1080, 1.0),
    "full hd": (1920, 1080, 1.4),
    "portrait": (1080, 1920, 1.0),
    "narrow portrait": (1080, 1920, 1.4),
}


def goods(shop: Shop) -> None:
    shop.scan(TEE)
    shop.till.set_pending_qty(2_000)
    shop.scan(SOCK)
    shop.till.add_variant("WAX", 12_000)


def loaded(shop: Shop) -> None:
    goods(shop)


def empty(shop: Shop) -> None:
    goods(shop)
    shop.till.take_tender(TenderKind.CASH, 400_000)
    shop.scan(TEE)
    shop.till.suspend()
    shop.window.toasts.clear()
    shop.window.show_place("sell")


def matrix(shop: Shop) -> None:
    shop.till.choose_product("JKT")
    shop.register.questions.matrix.grid.tapped.emit(2)


def discount(shop: Shop) -> None:
    goods(shop)
    shop.register.questions.ask_line_discount(0)


def price(shop: Shop) -> None:
    shop.scan("GIFT-1")


def unknown(shop: Shop) -> None:
    shop.scan(UNKNOWN)


def totals(shop: Shop) -> None:
    goods(shop)
    shop.register.questions.ask_totals()


def payment(shop: Shop) -> None:
    goods(shop)
    shop.window.show_place("payment")
    shop.till.take_tender(TenderKind.CARD_EXTERNAL, 50_000, "4471")


def card(shop: Shop) -> None:
    payment(shop)
    shop.payment.tenders.card.fire()


def sale_done(shop: Shop) -> None:
    payment(shop)
    shop.till.take_tender(TenderKind.CASH, 300_000)


SCENES = [loaded, empty, matrix, discount, price, unknown, totals, payment, card, sale_done]


def look_at(shop: Shop, qtbot: QtBot, scene: Callable[[Shop], None]) -> dict[str, list[str]]:
    scene(shop)
    qtbot.wait(20)
    covered = shop.register.questions.open_sheet or shop.register.notice.isVisible()
    under = (shop.register._goods.bar, shop.register._goods._pager)
    for widget in under:
        # what lies under a sheet cannot be pressed, and is no neighbour
        widget.setVisible(not covered)
    found = faults(shop.window)
    for widget in under:
        widget.show()
    return found


def start_over(shop: Shop) -> None:
    """An empty basket at the register, nothing asked and nothing said."""
    shop.register.questions.close()
    shop.register.notice.hide()
    for tender in shop.till.tenders:
        shop.till.remove_tender(tender.tender_id)
    shop.window.show_place("sell")
    shop.till.void_basket()
    for held in shop.till.suspended():
        shop.till.resume(held.basket_id)
        shop.till.void_basket()
    shop.window.toasts.clear()


def faults_of_all(shop: Shop, qtbot: QtBot, size: tuple[int, int]) -> dict[str, object]:
    """Every scene with something wrong in it."""
    qtbot.addWidget(shop.window)
    shop.window.resize(*size)
    shop.window.show()
    qtbot.waitExposed(shop.window)
    found: dict[str, object] = {}
    for scene in SCENES:
        wrong = look_at(shop, qtbot, scene)
        if wrong:
            found[scene.__name__] = wrong
        start_over(shop)
    shop.close()
    return found


@pytest.mark.parametrize("name", CLASSES)
def test_everything_fits(qtbot: QtBot, files: Stores, name: str) -> None:
    width, height, scale = CLASSES[name]
    set_units(Units(scale))
    theme().apply(Look())
    shop = open_shop(files)

    found = faults_of_all(shop, qtbot, (width, height))

    assert found == {}
    assert (shop.window.width(), shop.window.height()) == (width, height)


@pytest.mark.parametrize(("name", "percent"), [("standard", 130), ("compact", 115)])
def test_larger_text_fits(qtbot: QtBot, files: Stores, name: str, percent: int) -> None:
    theme().apply(Look(text_scale=percent))
    shop = open_shop(files)

    assert faults_of_all(shop, qtbot, CLASSES[name][:2]) == {}


@pytest.mark.parametrize("name", ThemeName)
def test_every_bar_stands_on_the_surface_of_its_theme(shop: Shop, name: ThemeName) -> None:
    theme().apply(Look(name))
    shop.scan(TEE)
    picture = shop.window.grab().toImage()
    bar = shop.register.action_bar.mapTo(shop.window, QPoint(4, 4))

    assert picture.pixelColor(bar) == color("surface")
    assert picture.pixelColor(4, 4) == color("surface")
