"""The register: goods come in by scan, tap and keys, and everything about them stays in view."""

from functools import partial

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.domain.money import ONE
from pos_app.ui.delegates.line_delegate import Zone
from pos_app.ui.models.rows import ROW_ROLE
from sync.ports import SyncState
from tests.ui.press import key, tap
from tests.ui.selling.hands import tap_row, tap_zone
from tests.ui.selling.shop import JACKET_M, SOCK, TEE, TRAINEE, TWICE, UNKNOWN, Shop


def rows(shop: Shop) -> list[str]:
    """Quantity and name of every line on the screen."""
    model = shop.register.lines.rows
    found = [model.index(n).data(ROW_ROLE) for n in range(model.rowCount())]
    return [f"{row.qty} {row.name}" for row in found]


def tiles(shop: Shop) -> list[str]:
    """Names of the tiles on the page in front."""
    model = shop.register._goods.grid.rows
    return [model.index(n).data(ROW_ROLE).name for n in range(model.rowCount())]


def said(shop: Shop) -> list[str]:
    return [toast.text for toast in shop.window.toasts.toasts()]


def test_a_scan_becomes_a_line_that_is_chosen_and_summed(shop: Shop) -> None:
    shop.scan(TEE)

    assert rows(shop) == ["1× Merino crew tee"]
    assert shop.register.lines.chosen == 0
    assert shop.register.totals._texts.amount == "499,00"
    assert shop.register.bar.pay.text() == "PAY 499,00"
    assert shop.sounds == ["ok"]


def test_the_buttons_follow_the_line_a_moment_later(shop: Shop, qtbot: QtBot) -> None:
    shop.scan(TEE)
    shop.scan(SOCK)

    assert shop.register.totals._texts.amount == "698,00"
    qtbot.waitUntil(lambda: shop.register.bar.pay.text() == "PAY 698,00")


def test_the_same_article_again_raises_the_quantity(shop: Shop) -> None:
    shop.scan(TEE)
    shop.scan(SOCK)

    shop.scan(TEE)

    assert rows(shop) == ["2× Merino crew tee", "1× Trail sock 3-pack"]
    assert shop.register.lines.chosen == 0
    assert shop.sounds == ["ok", "ok", "repeat"]


def test_a_number_typed_before_a_scan_is_the_quantity(shop: Shop) -> None:
    key(shop.window, "1")
    key(shop.window, "2")

    shop.scan(SOCK)

    assert rows(shop) == ["12× Trail sock 3-pack"]
    assert shop.till.pending_qty is None


def test_a_typed_quantity_can_be_taken_back(shop: Shop) -> None:
    key(shop.window, "7")
    key(shop.window, Qt.Key.Key_Backspace)

    shop.scan(SOCK)

    assert rows(shop) == ["1× Trail sock 3-pack"]


def test_digits_and_enter_are_a_code(shop: Shop) -> None:
    for sign in SOCK:
        key(shop.window, sign)
    key(shop.window, Qt.Key.Key_Return)

    assert rows(shop) == ["1× Trail sock 3-pack"]


def test_plus_minus_and_delete_change_the_chosen_line(shop: Shop) -> None:
    shop.scan(TEE)
    shop.scan(SOCK)
    key(shop.window, Qt.Key.Key_Up)

    for sign in "++-":
        key(shop.window, sign)
    changed = rows(shop)
    key(shop.window, Qt.Key.Key_Delete)

    assert changed == ["2× Merino crew tee", "1× Trail sock 3-pack"]
    assert rows(shop) == ["1× Trail sock 3-pack"]


def test_a_removed_line_comes_back_where_it_was(shop: Shop) -> None:
    shop.scan(TEE)
    shop.scan(SOCK)
    shop.register.lines.choose(0)

    tap_zone(shop.register.lines, Zone.REMOVE)
    shop.window.toasts.toasts()[0]._act()

    assert rows(shop) == ["1× Merino crew tee", "1× Trail sock 3-pack"]


def test_the_zones_of_the_chosen_line_act(shop: Shop) -> None:
    shop.scan(SOCK)

    tap_zone(shop.register.lines, Zone.MORE)
    tap_zone(shop.register.lines, Zone.MORE)
    tap_zone(shop.register.lines, Zone.LESS)

    assert rows(shop) == ["2× Trail sock 3-pack"]


def test_one_is_the_least_and_says_so(shop: Shop) -> None:
    shop.scan(SOCK)

    tap_zone(shop.register.lines, Zone.LESS)

    assert rows(shop) == ["1× Trail sock 3-pack"]
    assert said(shop) == ["One is the least. Remove takes the line out."]


def test_an_unknown_code_offers_search_and_open_price(shop: Shop) -> None:
    shop.scan(UNKNOWN)
    notice = shop.register.notice

    assert notice.isVisible()
    assert notice.text.startswith(f"Code {UNKNOWN} is not known. Nothing was added")
    assert shop.sounds == ["refuse"]

    tap(notice.search)

    assert shop.register.questions.search.field.text() == UNKNOWN


def test_an_unknown_article_is_sold_at_an_open_price(shop: Shop) -> None:
    shop.scan(UNKNOWN)
    tap(shop.register.notice.open_price)
    questions = shop.register.questions
    tap_row(questions.choose.list.view, 1)
    for sign in "12500":
        key(shop.window, sign)
    key(shop.window, Qt.Key.Key_Return)

    assert rows(shop) == ["1× Repair service"]
    assert shop.till.basket.total == 12_500


def test_the_notice_goes_when_the_next_code_is_right(shop: Shop) -> None:
    shop.scan(UNKNOWN)

    shop.scan(TEE)

    assert not shop.register.notice.isVisible()


def test_a_code_on_two_articles_asks_which(shop: Shop) -> None:
    shop.scan(TWICE)
    choose = shop.register.questions.choose
    asked = choose.isVisible()

    tap_row(choose.list.view, 1)

    assert asked
    assert rows(shop) == ["1× Beanie, this year"]


def test_goods_by_weight_ask_for_the_weight(shop: Shop) -> None:
    shop.till.add_variant("BANANA")
    for sign in "482":
        key(shop.window, sign)
    key(shop.window, Qt.Key.Key_Return)

    assert rows(shop) == ["0,482 Bananas"]


def test_an_open_price_is_keyed_and_nothing_keyed_is_no_price(shop: Shop) -> None:
    shop.scan("GIFT-1")
    key(shop.window, Qt.Key.Key_Return)
    waits = shop.register.questions.entry.isVisible()
    for sign in "50000":
        key(shop.window, sign)
    key(shop.window, Qt.Key.Key_Return)

    assert waits
    assert rows(shop) == ["1× Gift card"]
    assert shop.till.basket.total == 50_000


def test_a_tile_adds_its_article(shop: Shop) -> None:
    tap_row(shop.register._goods.grid, tiles(shop).index("Carrier bag"))

    assert rows(shop) == ["1× Carrier bag"]


def test_categories_choose_tiles(shop: Shop) -> None:
    goods = shop.register._goods

    goods.bar.choose("Food")

    assert tiles(shop) == ["Bananas"]


def test_an_article_at_no_price_is_sold(shop: Shop) -> None:
    shop.scan("FREE-1")

    assert rows(shop) == ["1× Catalogue"]
    assert shop.register.bar.pay.reason == ""


def test_a_scan_while_a_sheet_is_open_still_adds(shop: Shop) -> None:
    shop.till.choose_product("JKT")

    shop.scan(TEE)

    assert rows(shop) == ["1× Merino crew tee"]
    assert shop.register.questions.matrix.isVisible()


def test_codes_nobody_can_use_are_refused_in_words(shop: Shop) -> None:
    for code in ("", "\x00\x01\x02", b"\xff\xfe\xfa", "9" * 4096, TEE[:-1] + "0"):
        shop.scan(code)

    assert rows(shop) == []
    assert set(shop.sounds) == {"refuse"}
    assert all("Nothing was added" in text for text in said(shop))


def test_hold_puts_aside_and_the_only_held_sale_comes_back_at_once(shop: Shop) -> None:
    shop.scan(TEE)

    key(shop.window, Qt.Key.Key_F8)
    after_hold = rows(shop)
    QTest.qWait(450)
    key(shop.window, Qt.Key.Key_F8)

    assert after_hold == []
    assert rows(shop) == ["1× Merino crew tee"]


def test_several_held_sales_are_a_list(shop: Shop) -> None:
    for code in (TEE, SOCK):
        shop.scan(code)
        shop.till.suspend()

    key(shop.window, Qt.Key.Key_F8)
    held = shop.register.questions.held
    tap_row(held.list.view, 1)

    assert rows(shop) == ["1× Trail sock 3-pack"]
    assert shop.register.bar.hold.text() == "Hold (1)"


def test_an_empty_basket_says_what_to_do_and_prints_the_last_receipt_again(shop: Shop) -> None:
    shop.scan(TEE)
    tap(shop.register.bar._exact)
    shop.window.show_place("sell")
    empty = shop.register._empty

    tap(empty._print)

    assert empty.isVisible()
    assert empty._title.text() == "Scan the first item"
    assert [sale.total for sale in shop.copies] == [49_900]


def test_quick_cash_finishes_the_sale_in_one_tap(shop: Shop) -> None:
    shop.scan(TEE)

    tap(shop.register.bar._likely)

    assert shop.window.place == "change"
    assert shop.till.last_sale is not None
    assert shop.till.last_sale.change == 100


def test_no_toast_covers_the_total(shop: Shop, qtbot: QtBot) -> None:
    shop.scan(TEE)
    key(shop.window, Qt.Key.Key_Delete)
    qtbot.wait(20)
    totals = shop.register.totals
    place = QRect(totals.mapTo(shop.window, QPoint(0, 0)), totals.size())

    assert said(shop) == ["Removed: Merino crew tee"]
    assert not shop.window.toasts.geometry().intersects(place)


def test_the_newest_line_stays_in_sight_above_the_news(shop: Shop, qtbot: QtBot) -> None:
    for sku in ("OLD", "NEW", "BAG", "FREE", "WAX", "SOCK-G", "LINER-0", "LINER-1"):
        shop.till.add_variant(sku)
    shop.window.say("The price list was renewed")
    qtbot.wait(20)

    lines = shop.register.lines
    newest = lines.viewport().mapTo(shop.window, lines.cell(lines.chosen).bottomLeft())

    assert lines.chosen == 7
    assert newest.y() < shop.window.toasts.y()


def test_news_gives_its_room_back(shop: Shop, qtbot: QtBot) -> None:
    lines = shop.register.lines
    tall = lines.viewport().height()
    shop.window.say("The price list was renewed", stays_ms=30)

    assert lines.viewport().height() < tall
    qtbot.waitUntil(lambda: lines.viewport().height() == tall)


def test_keys_stay_with_the_sheet_after_a_tap_in_it_or_on_a_line(shop: Shop) -> None:
    shop.scan(TEE)
    key(shop.window, "*")
    sheet = shop.register.questions.entry

    tap(sheet.title)
    key(shop.window, "1")
    tap_row(shop.register.lines, 0)
    key(shop.window, "2")

    assert sheet.keyed.value == 12
    assert shop.till.pending_qty is None


def test_a_star_after_digits_means_the_next_article(shop: Shop) -> None:
    shop.scan(SOCK)
    for sign in "3*":
        key(shop.window, sign)
    shop.scan(TEE)

    assert rows(shop) == ["1× Trail sock 3-pack", "3× Merino crew tee"]


def test_a_weight_is_keyed_anew_from_what_it_was(shop: Shop) -> None:
    shop.till.add_variant("BANANA", 642)
    key(shop.window, "+")
    sheet = shop.register.questions.entry

    assert sheet.keyed.value == 642
    assert sheet.take.text() == "Set"


def test_pay_needs_goods(shop: Shop) -> None:
    key(shop.window, Qt.Key.Key_F12)

    assert shop.window.place == "sell"
    assert said(shop) == ["The basket is empty. Scan the first item."]


def test_what_a_trainee_may_not_do_stays_in_place_and_says_so(shop: Shop) -> None:
    shop.scan(TEE)
    shop.till.sign_in(TRAINEE)

    tap(shop.register.bar.discount)

    assert shop.register.bar.discount.isVisible()
    assert said(shop)[-1].startswith("You may not give discounts.")


def test_a_refused_command_says_what_happened_and_changes_nothing(shop: Shop) -> None:
    shop.scan(TEE)

    for wrong in (0, -ONE, 10**9 * ONE):
        shop.register._attempts.run(partial(shop.till.change_qty, 0, wrong))

    assert rows(shop) == ["1× Merino crew tee"]
    assert said(shop)[-1].startswith("A line cannot hold that quantity.")


def test_the_basket_is_there_again_after_a_restart(shop: Shop, qapp: QApplication) -> None:
    from tests.ui.selling.shop import open_till

    for code in (TEE, JACKET_M):
        shop.scan(code)

    again = open_till(shop.stores)

    assert rows(again) == rows(shop)
    assert again.till.basket.total == shop.till.basket.total
    again.close()


def test_offline_nobody_claims_that_the_server_was_asked(shop: Shop) -> None:
    shop.signals.sync_state.emit(SyncState("offline", 0, 0, None, None, None))
    shop.scan(UNKNOWN)

    assert "cannot be asked now" in shop.register.notice.text
