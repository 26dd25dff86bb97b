"""What a bad server or its data must not do to the window."""

import time

import pytest

from pos_app.config import Config
from sync.ports import SyncState
from tests.journeys import front, goods
from tests.journeys.conftest import Shop
from tests.journeys.front import Front, only
from tests.journeys.test_odd_catalogue import SETTINGS, tell
from tests.journeys.window import Desk

SHOWN = (
    "a locale that does not exist",
    "a locale that is a path",
    "a time zone that does not exist",
    "digits below nought",
    "nine digits",
    "a currency in words",
    "no cash step",
    "rights that are no list",
    "a PIN of no digits",
)


@pytest.mark.parametrize("name", SHOWN)
def test_a_setting_that_makes_no_sense_leaves_a_window_that_sells(
    shop: Shop, config: Config, name: str
) -> None:
    tell(shop.server, SETTINGS[name])
    with shop.till() as counter:
        counter.connect()
        while not counter.is_filled():
            time.sleep(0.01)

    with Desk(config) as desk:
        desk.selling()
        desk.scan(goods.ean13(shop.server))
        desk.tap("Exact cash")
        desk.until(lambda: desk.place == "change", "the change screen")

    assert len(desk.sales()) == 1


def test_unknown_codes_asked_of_a_silent_server_do_not_hold_up_a_sign_in(
    shop: Shop, network: Front, config: Config
) -> None:
    network.become(only("/v1/lookup", front.silence))
    config = Config(config.data_dir, network.address)

    with Desk(config) as desk:
        desk.selling()
        for number in range(8):
            desk.scan(f"no such article {number}")
        desk.until(lambda: any(it.startswith("/v1/lookup") for it in network.paths), "a question")
        desk.window.lock_asked.emit()
        began = time.monotonic()
        desk.sign_in()
        desk.until(lambda: desk.place == "sell", "the register")
        waited = time.monotonic() - began
        network.become(front.forward)

    assert waited < 8


def test_a_server_that_could_not_be_asked_is_not_said_to_have_answered(
    shop: Shop, network: Front, config: Config
) -> None:
    config = Config(config.data_dir, network.address)
    with Desk(config) as desk:
        desk.selling()
        desk.until(lambda: desk.said("Online"), "the first contact")
        network.become(only("/v1/lookup", front.hang_up))

        desk.scan(goods.UNKNOWN)

        desk.until(lambda: desk.said("The server did not answer"), "the words")
        assert not desk.said("does not know it either")
        network.become(front.forward)
        desk.scan(goods.UNKNOWN)
        desk.until(lambda: desk.said("does not know it either"), "the server's own word")


def test_a_till_that_cannot_save_what_comes_in_does_not_call_itself_offline(desk: Desk) -> None:
    desk.selling()
    state = SyncState("offline", 0, 2, 0, None, None, "own_error")

    desk.app.signals.sync_state.emit(state)

    assert desk.said("it cannot save")
    assert not desk.said("You can sell and take cash")
