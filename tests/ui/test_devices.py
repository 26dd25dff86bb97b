"""Sync and devices: what is known, what needs a person, and the tests."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hardware.status import JobState, Paper, PrinterStatus, PrintJob, Reason
from pos_app.domain.safety import Proof, Safety
from pos_app.domain.staff import Staff
from pos_app.domain.verdict import Verdict
from pos_app.services.errors import StoreError
from pos_app.services.till import Till
from pos_app.store.errors import StoreDamaged, StoreFull
from pos_app.ui.device_desk import JobView, PrinterSaid, StoreReport
from pos_app.ui.main_window import MainWindow
from pos_app.ui.screens.devices import DevicesScreen
from pos_app.ui.signals import AppSignals
from pos_app.ui.theme import theme
from pos_app.ui.tokens import ThemeName
from pos_app.ui.widgets.buttons import TouchButton
from pos_app.ui.widgets.text import ElidedLabel, TextLabel
from tests.services.shop import JANA, TEE
from tests.ui import audit
from tests.ui.conftest import Shown
from tests.ui.press import key, tap

UNKNOWN = JobView("1", "Receipt 1", "desk", JobState.UNKNOWN, Reason.CUT_OFF, 1_763_740_800_000)
IN_ORDER = StoreReport(1284, None, 71)
FAILED = JobView("2", "Receipt 2", "desk", JobState.FAILED, Reason.PAPER_OUT, 1_763_740_800_000)


DAY_MS = 86_400_000
NOW_MS = time.time_ns() // 1_000_000
PROOF = Proof(NOW_MS, 1_280, "")
SAFE = Safety("2", 1, 1_284, 0, 0, "there", "/media/stick", NOW_MS, PROOF, 120_000_000_000, 71, ())
BOOKED = Verdict(1, 7, "exception", "unknown_sku", "MILK", NOW_MS, "014-2-000007")
KEPT = Verdict(1, 8, "quarantined", "payload", "", NOW_MS, "")


@dataclass
class State:
    connection: str = "online"
    since_ms: int = 1_763_740_800_000
    unsent: int = 0
    oldest_unsent_ms: int | None = None
    pulled_at_ms: int | None = 1_763_740_800_000
    filling: tuple[int, int] | None = None
    detail: str = ""


@dataclass
class Desk:
    """A desk that writes down what it was asked."""

    names: tuple[str, ...] = ("desk", "office")
    jobs: list[JobView] = field(default_factory=lambda: [UNKNOWN, FAILED])
    report: StoreReport = IN_ORDER
    done: list[str] = field(default_factory=list)
    safe: Safety = SAFE
    fault: StoreError | None = None

    def sync_now(self) -> None:
        self.done.append("sync")

    def counts(self) -> Mapping[str, int]:
        return {"variant": 84_112}

    def printers(self) -> Sequence[str]:
        return self.names

    def ask_status(self, printer: str) -> None:
        self.done.append(f"ask {printer}")

    def test_print(self, printer: str) -> None:
        self.done.append(f"test {printer}")

    def has_drawer(self) -> bool:
        return True

    def open_drawer(self) -> None:
        self._refuse()
        self.done.append("drawer")

    def unfinished_jobs(self) -> Sequence[JobView]:
        return tuple(self.jobs)

    def print_again(self, job_id: str) -> None:
        self._refuse()
        self.done.append(f"again {job_id}")

    def reroute(self, job_id: str, printer: str) -> None:
        self._refuse()
        self.done.append(f"reroute {job_id} {printer}")

    def settle(self, job_id: str) -> None:
        self._refuse()
        self.done.append(f"settle {job_id}")
        self.jobs = [job for job in self.jobs if job.job_id != job_id]

    def check_store(self) -> StoreReport:
        return self.report

    def safety(self) -> Safety:
        if self.fault:
            raise self.fault
        return self.safe

    def _refuse(self) -> None:
        if self.fault:
            raise self.fault


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def screen(till: Till, signals: AppSignals, shown: Shown, desk: Desk) -> DevicesScreen:
    till.sign_in(JANA)
    made = DevicesScreen(till, signals, desk)
    window = shown(made)
    made.look_asked.connect(window.apply_look)
    return made


def button(screen: DevicesScreen, name: str) -> TouchButton:
    found = screen.window().findChildren(TouchButton)
    return next(it for it in found if it.accessibleName() == name and it.isVisible())


@pytest.mark.parametrize(
    ("state", "sign", "banner"),
    [
        (State(), "Online", ""),
        (State(unsent=3), "Sending 3", ""),
        (State(filling=(500, 1000)), "Loading 50 %", ""),
        (State("slow"), "Slow connection", ""),
        (State("offline", unsent=3), "Offline since 17:00 · 3 waiting", "Offline. You can sell"),
        (State("offline", detail="wrong_ca"), "Offline since 17:00", "Another server answers"),
        (State("offline", detail="wrong_host"), "Offline since 17:00", "Another server answers"),
        (State("offline", detail="clock"), "Offline since 17:00", "Set date and time"),
        (State("offline", detail="out_of_date"), "Offline since 17:00", "must be renewed"),
        (State("offline", detail="old_tls"), "Offline since 17:00", "must be renewed"),
        (State("offline", detail="plain"), "Offline since 17:00", "not protected"),
        (State("refused"), "Needs a person", "does not accept this till"),
        (State("upgrade"), "Update needed", "newer till"),
        (State("fork"), "Needs a person", "Another till"),
    ],
)
def test_every_connection_has_its_words(
    screen: DevicesScreen, signals: AppSignals, state: State, sign: str, banner: str
) -> None:
    window = screen.window()
    assert isinstance(window, MainWindow)

    signals.sync_state.emit(state)

    assert window.top_bar.connection.text() == sign
    assert banner in window.banner.text
    assert screen._sync._state.name.text() == sign


def test_loading_is_told_as_n_of_m_and_never_full_too_early(
    screen: DevicesScreen, signals: AppSignals
) -> None:
    signals.sync_state.emit(State(filling=(84_111, 84_112)))

    assert "of 84" in screen._sync._filled.text()
    assert screen._sync._bar.value() == 99


def test_printers_tell_their_state_in_words(screen: DevicesScreen, signals: AppSignals) -> None:
    said = PrinterStatus(Paper.OUT, False, True, drawer_open=True)

    signals.printer_state.emit(PrinterSaid("desk", said))

    assert screen._devices.printers["desk"].value.text() == "no paper"
    assert screen._devices.drawer.value.text() == "open"


def test_a_printer_that_says_nothing_does_not_answer(
    screen: DevicesScreen, signals: AppSignals
) -> None:
    signals.printer_state.emit(PrinterSaid("office", PrinterStatus()))

    assert screen._devices.printers["office"].value.text() == "no answer"


def test_each_printer_has_its_test_page(screen: DevicesScreen, desk: Desk) -> None:
    tap(screen._devices.printers["office"].button)

    assert "test office" in desk.done


def test_the_scanner_test_shows_codes_and_sells_nothing(
    qtbot: QtBot, screen: DevicesScreen, till: Till, signals: AppSignals
) -> None:
    tap(screen._devices.scanner.button)
    signals.scanned.emit(TEE.encode(), "serial")
    taken = screen.scan(TEE.encode(), "serial")

    assert taken
    assert screen._scan_test is not None
    assert screen._scan_test._code.text() == TEE
    key(screen.window(), Qt.Key.Key_Escape)
    assert not screen.scan(TEE, "serial")
    assert screen._devices.scanner.value.text().startswith("last scan")


def test_a_scanner_that_is_unplugged_is_said_until_it_is_back(
    screen: DevicesScreen, signals: AppSignals
) -> None:
    row = screen._devices.scanner
    signals.scanner_state.emit("/dev/ttyACM0", False)
    lost = row.value.text()
    signals.scanner_state.emit("/dev/ttyACM0", True)

    assert lost == "not connected: /dev/ttyACM0. Plug it in again."
    assert row.value.text() == "nothing scanned yet"


def test_binary_rubbish_in_the_scanner_test_is_only_shown(screen: DevicesScreen) -> None:
    tap(screen._devices.scanner.button)

    screen.scan(b"\x00\xff\x1d" * 2000, "serial")

    assert screen._scan_test is not None
    assert len(screen._scan_test._code.text()) <= 120


def test_jobs_that_need_a_person_can_be_printed_again(screen: DevicesScreen, desk: Desk) -> None:
    tap(button(screen, "Print again: Receipt 1"))

    assert "again 1" in desk.done


def test_a_job_can_go_to_another_printer(screen: DevicesScreen, desk: Desk) -> None:
    tap(button(screen, "Other printer: Receipt 1"))
    tap(button(screen, "office"))

    assert "reroute 1 office" in desk.done


def test_a_job_that_came_out_is_settled_by_a_person(screen: DevicesScreen, desk: Desk) -> None:
    tap(button(screen, "It came out: Receipt 1"))

    assert [job.job_id for job in screen._jobs._jobs] == ["2"]


def test_a_new_failure_appears_by_itself(
    screen: DevicesScreen, signals: AppSignals, desk: Desk
) -> None:
    desk.jobs.append(replace(FAILED, job_id="3", title="Receipt 3"))

    signals.printer_state.emit(PrintJob("3", "Receipt 3", "desk", state=JobState.FAILED))

    assert [job.job_id for job in screen._jobs._jobs] == ["1", "2", "3"]


def test_the_files_are_checked_off_the_gui_thread(qtbot: QtBot, screen: DevicesScreen) -> None:
    files = screen._devices.files

    tap(files.button)

    qtbot.waitUntil(lambda: "records in order" in files.value.text())
    assert "71 %" in files.value.text()


def test_a_record_that_does_not_fit_is_said(
    qtbot: QtBot, screen: DevicesScreen, desk: Desk
) -> None:
    desk.report = StoreReport(1284, 17, 71)

    tap(screen._devices.files.button)

    qtbot.waitUntil(lambda: "Record 17" in screen._devices.files.value.text())


def test_the_drawer_needs_the_right(screen: DevicesScreen, till: Till, desk: Desk) -> None:
    till.sign_in(Staff("9", "Ola", "Pickups", frozenset(), 4))

    tap(screen._devices.drawer.button)

    assert "drawer" not in desk.done


def test_sync_now_by_enter(screen: DevicesScreen, desk: Desk) -> None:
    key(screen.window(), Qt.Key.Key_Return)

    assert "sync" in desk.done


def test_printers_are_asked_only_while_somebody_looks(screen: DevicesScreen, desk: Desk) -> None:
    assert "ask desk" in desk.done

    screen.leave()

    assert not screen._poll.isActive()


def test_theme_text_and_hand_change_at_once(screen: DevicesScreen, qapp: QApplication) -> None:
    tap(button(screen, "High contrast"))
    tap(button(screen, "Larger text"))
    tap(button(screen, "Left hand"))

    look = theme().look
    assert (look.name, look.text_scale, look.left_handed) == (ThemeName.CONTRAST, 115, True)


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1920, 1080), (1080, 1920)])
def test_it_is_in_order_in_every_class_even_offline(
    qtbot: QtBot, screen: DevicesScreen, signals: AppSignals, size: tuple[int, int]
) -> None:
    window = screen.window()
    signals.sync_state.emit(State("offline", unsent=3, filling=(1, 2)))

    window.resize(*size)
    qtbot.wait(30)

    assert (window.width(), window.height()) == size
    assert audit.faults(window) == {}


def test_what_does_not_fit_can_be_paged(qtbot: QtBot, screen: DevicesScreen, desk: Desk) -> None:
    desk.jobs = [replace(FAILED, job_id=str(n), title=f"Receipt {n}") for n in range(9)]
    screen._show_jobs()
    left = screen._left
    qtbot.waitUntil(left._down.isVisible)
    qtbot.wait(30)

    before = left._area.verticalScrollBar().value()
    tap(left._down)

    assert left._area.verticalScrollBar().value() > before
    assert left._buttons.geometry().right() == left.width() - 1


def safety_of(qtbot: QtBot, screen: DevicesScreen, desk: Desk, safe: Safety) -> dict[str, str]:
    """What the card says of it."""
    desk.safe = safe
    qtbot.waitUntil(lambda: not screen._is_looking)
    screen._ask()
    qtbot.waitUntil(lambda: not screen._is_looking)
    names = ("record", "mark", "second", "copy", "proof", "disk")
    return {name: getattr(screen._safety, name).value.text() for name in names}


def titles_of(screen: DevicesScreen) -> list[str]:
    """What is listed as waiting for a person, as soon as it is laid out."""
    return [it.text() for it in screen._waiting.findChildren(ElidedLabel) if it.isVisible()]


def test_a_safe_till_says_so(qtbot: QtBot, screen: DevicesScreen, desk: Desk) -> None:
    said = safety_of(qtbot, screen, desk, SAFE)

    assert said["record"] == "Till 2, life 1: 1\N{NO-BREAK SPACE}284 records, all sent"
    assert said["mark"] == "up to the last record"
    assert said["second"] == "everything is written to /media/stick"
    assert said["copy"].startswith("last one ")
    assert said["proof"].startswith("1\N{NO-BREAK SPACE}280 records in order, ")
    assert said["disk"] == "71 % free, 120 GB"


@pytest.mark.parametrize(
    ("change", "where", "words", "ink"),
    [
        ({"unsent": 3}, "record", "3 wait to be sent", "text2"),
        ({"unmarked": None}, "mark", "cannot be read. Call support today.", "danger"),
        ({"unmarked": 4}, "mark", "4 records behind.", "offline"),
        ({"second": "gone"}, "second", "cannot be read. Is the stick", "danger"),
        ({"second": "behind"}, "second", "is behind. Is it full", "offline"),
        ({"second": "same_disk"}, "second", "on the same disk only", "text2"),
        ({"copied_at_ms": None}, "copy", "none yet", "text2"),
        ({"copied_at_ms": NOW_MS - 7_300_000}, "copy", "last one", "offline"),
        ({"proof": None}, "proof", "none yet", "text2"),
        ({"proof": replace(PROOF, wrong="fact 1/3: hash")}, "proof", "(fact 1/3: hash)", "danger"),
        ({"proof": replace(PROOF, at_ms=NOW_MS - 2 * DAY_MS - 9)}, "proof", "in order", "offline"),
        ({"free_bytes": 900_000_000, "free_percent": 1}, "disk", "1 % free, 0 GB", "danger"),
    ],
)
def test_what_makes_a_till_less_safe_is_said(
    qtbot: QtBot,
    screen: DevicesScreen,
    desk: Desk,
    change: dict[str, Any],
    where: str,
    words: str,
    ink: str,
) -> None:
    said = safety_of(qtbot, screen, desk, replace(SAFE, **change))

    assert words in said[where]
    assert getattr(screen._safety, where).sign.ink == ink


def test_a_till_that_cannot_look_does_not_say_that_all_is_well(
    qtbot: QtBot, screen: DevicesScreen, desk: Desk
) -> None:
    safety_of(qtbot, screen, desk, SAFE)
    desk.fault = StoreDamaged("x")

    said = safety_of(qtbot, screen, desk, SAFE)

    assert said.pop("record") == "This till's record of sales is damaged."
    assert set(said.values()) == {"could not be looked at"}


def test_facts_that_wait_at_the_office_are_shown(
    qtbot: QtBot, screen: DevicesScreen, desk: Desk
) -> None:
    desk.jobs.clear()
    screen._show_jobs()
    safety_of(qtbot, screen, desk, replace(SAFE, waiting=(BOOKED, KEPT)))
    qtbot.waitUntil(lambda: bool(titles_of(screen)))

    texts = [it.text() for it in screen._waiting.findChildren(TextLabel) if it.isVisible()]
    assert "Booked, but it breaks a rule. The office looks at it (unknown_sku)." in texts
    assert "Kept at the server, not booked yet. The office takes care of it." in texts
    assert titles_of(screen) == ["Record 8", "Receipt 014-2-000007"]
    assert not screen._jobs._empty.isVisible()


def test_of_many_the_newest_are_shown_and_the_rest_counted(
    qtbot: QtBot, screen: DevicesScreen, desk: Desk
) -> None:
    many = tuple(replace(BOOKED, fact_seq=seq, receipt_no="") for seq in range(1, 10))

    safety_of(qtbot, screen, desk, replace(SAFE, waiting=many))
    qtbot.waitUntil(lambda: bool(titles_of(screen)))

    assert titles_of(screen) == [f"Record {seq}" for seq in (9, 8, 7, 6, 5)]
    assert any("4 more" in it.text() for it in screen._waiting.findChildren(TextLabel))


@pytest.mark.parametrize(
    ("state", "title", "words"),
    [
        (State("fork", detail="fork"), "Another till uses", "omnitill enrol --code CODE"),
        (State("fork", detail="behind"), "put back to an earlier", "start it again: it fetches"),
        (State("refused", detail="revoked"), "took this till's access", "Ask the office"),
        (State("upgrade"), "program is too old", "newest version"),
    ],
)
def test_a_till_that_only_a_person_can_mend_says_what_to_run(
    screen: DevicesScreen,
    signals: AppSignals,
    desk: Desk,
    state: State,
    title: str,
    words: str,
) -> None:
    signals.sync_state.emit(state)
    row = screen._waiting.trouble
    found = row.isVisible(), row.name.text(), row.value.text()
    signals.sync_state.emit(State())

    assert found[0]
    assert title in found[1]
    assert words in found[2]
    assert not row.isVisible()


@pytest.mark.parametrize("name", ["Print again: Receipt 1", "It came out: Receipt 1"])
def test_a_job_that_cannot_be_written_down_is_said_and_stays(
    screen: DevicesScreen, desk: Desk, name: str
) -> None:
    desk.fault = StoreFull("disk full")

    tap(button(screen, name))

    assert "The disk of this till is full." in toast(screen)
    assert [job.job_id for job in screen._jobs._jobs] == ["1", "2"]


def test_a_job_that_cannot_go_elsewhere_is_said(screen: DevicesScreen, desk: Desk) -> None:
    desk.fault = StoreFull("disk full")

    tap(button(screen, "Other printer: Receipt 1"))
    tap(button(screen, "office"))

    assert "The disk of this till is full." in toast(screen)


def test_a_drawer_whose_opening_cannot_be_written_down_stays_shut(
    screen: DevicesScreen, desk: Desk
) -> None:
    desk.fault = StoreFull("disk full")

    tap(screen._devices.drawer.button)

    assert "drawer" not in desk.done
    assert "The disk of this till is full." in toast(screen)
    assert "was opened" not in toast(screen)


def toast(screen: DevicesScreen) -> str:
    window = screen.window()
    assert isinstance(window, MainWindow)
    return window.toasts.toasts()[0].text
