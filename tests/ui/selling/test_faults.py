"""A till that cannot save: what happened, what it means for this sale, what to do; nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt

from pos_app.domain.sale import TenderKind
from tests.ui.press import key, tap
from tests.ui.selling.shop import SOCK, TEE, Shop
from tests.ui.selling.test_register import rows


@contextmanager
def nothing_can_be_written(shop: Shop) -> Iterator[None]:
    """SQLite itself refuses every write on the till's connection."""
    run = shop.stores.journal.exec_driver_sql
    run("PRAGMA query_only = ON")
    yield
    run("PRAGMA query_only = OFF")


@contextmanager
def the_disk_is_full(shop: Shop) -> Iterator[None]:
    """The file may not grow by a single page, and has no page to spare."""
    run = shop.stores.journal.exec_driver_sql
    most = run("PRAGMA max_page_count").scalar_one()
    run(f"PRAGMA max_page_count = {run('PRAGMA page_count').scalar_one()}")
    yield
    run(f"PRAGMA max_page_count = {most}")


def question(shop: Shop) -> str:
    """Title and text of the blocking dialog; empty without one."""
    dialog = shop.window.blocking
    return "" if dialog is None else f"{dialog.accessibleName()} {dialog.accessibleDescription()}"


def test_a_sale_that_cannot_be_saved_is_not_a_sale(shop: Shop) -> None:
    shop.scan(TEE)
    shop.window.show_place("payment")

    with nothing_can_be_written(shop):
        tap(shop.payment.tenders._chips[0])
        said = question(shop)

    assert said.startswith(
        "This till cannot save (its files are read-only). The sale is not booked"
    )
    assert "The basket and the money already recorded are still here." in said
    assert shop.window.place == "payment"
    assert rows(shop) == ["1× Merino crew tee"]
    assert shop.till.last_sale is None


def test_try_again_books_it_once_the_till_can_save(shop: Shop) -> None:
    shop.scan(TEE)
    shop.window.show_place("payment")
    with nothing_can_be_written(shop):
        tap(shop.payment.tenders._chips[0])
    dialog = shop.window.blocking
    assert dialog is not None

    tap(dialog.button("again"))

    assert shop.window.blocking is None
    assert shop.window.place == "change"
    assert shop.till.last_sale is not None
    assert shop.till.last_sale.number == 1


def test_try_again_that_fails_asks_again(shop: Shop) -> None:
    shop.scan(TEE)
    shop.window.show_place("payment")

    with nothing_can_be_written(shop):
        tap(shop.payment.tenders._chips[0])
        shop.window.blocking.answer("again")  # type: ignore[union-attr]
        asked_again = question(shop)

    assert asked_again.startswith("This till cannot save")


def test_enter_is_the_safe_answer(shop: Shop) -> None:
    shop.scan(TEE)
    shop.window.show_place("payment")
    with nothing_can_be_written(shop):
        tap(shop.payment.tenders._chips[0])

        key(shop.window, Qt.Key.Key_Return)

    assert shop.window.blocking is None
    assert shop.till.last_sale is None
    assert rows(shop) == ["1× Merino crew tee"]


def test_scans_are_refused_while_it_is_asked(shop: Shop) -> None:
    shop.scan(TEE)
    with nothing_can_be_written(shop):
        shop.scan(SOCK)
    shop.sounds.clear()

    shop.scan(SOCK)

    assert rows(shop) == ["1× Merino crew tee"]
    assert shop.sounds == ["refuse"]


def test_a_scan_that_cannot_be_saved_is_not_shown(shop: Shop) -> None:
    shop.scan(TEE)

    with nothing_can_be_written(shop):
        shop.scan(SOCK)
        said = question(shop)

    assert rows(shop) == ["1× Merino crew tee"]
    assert "The last step was not kept; the basket is as it was before." in said


def test_a_full_disk_at_the_commit_says_so_and_keeps_everything(shop: Shop) -> None:
    with the_disk_is_full(shop):
        for _ in range(200):
            # every sale needs room for its fact and its rows, until there is none
            shop.scan(TEE)
            shop.register.bar.cash_asked.emit(shop.till.settlement.cash_due)
            if shop.window.blocking is not None:
                break
            shop.window.show_place("sell")
        said = question(shop)
        sales = shop.till.last_sale.number if shop.till.last_sale else 0

    assert said.startswith("This till cannot save (the disk is full).")
    assert "Do not start a new sale." in said
    assert len(shop.till.basket.lines) == 1
    shop.window.blocking.answer("again")  # type: ignore[union-attr]
    assert shop.till.last_sale is not None
    assert shop.till.last_sale.number == sales + 1


def test_every_command_of_the_screens_survives_a_till_that_cannot_save(shop: Shop) -> None:
    shop.scan(TEE)
    actions = shop.register._actions
    commands = (
        actions.one_more,
        actions.remove,
        shop.register.hold,
        shop.register.questions._void,
        lambda: shop.payment._take(TenderKind.CARD_EXTERNAL, 100),
    )

    for command in commands:
        with nothing_can_be_written(shop):
            command()
            assert question(shop).startswith("This till cannot save")
            shop.window.blocking.answer("back")  # type: ignore[union-attr]

    assert rows(shop) == ["1× Merino crew tee"]
