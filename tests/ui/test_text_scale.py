"""Large text: 130 % in the standard class, 115 % in the compact one, nothing cut (ux.md A17)."""

import pytest
from pytestqt.qtbot import QtBot

from pos_app.services.till import Till
from pos_app.ui.screen import Screen
from pos_app.ui.screens.devices import DevicesScreen
from pos_app.ui.screens.open_shift import OpenShiftScreen
from pos_app.ui.screens.signin import SignInScreen
from pos_app.ui.signals import AppSignals
from pos_app.ui.theme import Look, theme
from tests.services.shop import JANA
from tests.ui import audit
from tests.ui.conftest import Shown
from tests.ui.test_devices import Desk, State

CASES = [((1366, 768), 130), ((1024, 768), 115), ((1920, 1080), 130), ((1080, 1920), 130)]


@pytest.fixture(params=["sign-in", "open shift", "devices"])
def screen(request: pytest.FixtureRequest, till: Till, signals: AppSignals) -> Screen:
    till.sign_in(JANA)
    match request.param:
        case "sign-in":
            made: Screen = SignInScreen((JANA,), "v1")
        case "open shift":
            made = OpenShiftScreen(till, signals, lambda _sum, _why: None, lambda: 300_000)
        case _:
            made = DevicesScreen(till, signals, Desk())
    return made


@pytest.mark.parametrize(("size", "percent"), CASES)
def test_large_text_fits(
    qtbot: QtBot,
    shown: Shown,
    screen: Screen,
    signals: AppSignals,
    size: tuple[int, int],
    percent: int,
) -> None:
    theme().apply(Look(text_scale=percent))
    window = shown(screen, size)
    signals.sync_state.emit(State("offline", unsent=3, filling=(1, 2)))
    qtbot.wait(30)

    assert audit.faults(window) == {}
