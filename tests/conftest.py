"""The nets under every test: a home of its own, one screen, and no warning that nobody reads."""

import atexit
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_HOME = Path(tempfile.mkdtemp(prefix="omnitill-tests-"))


_LINES = 12
"""The end of a traceback: enough to know what it is about, the whole comes at the end."""


def _isolate() -> None:
    """Before anything of Qt or platformdirs is imported: both read these once."""
    pyenv = Path.home() / ".pyenv"
    if pyenv.is_dir():
        # its shims look under HOME, and the device lab's newer Python may be one of them
        os.environ.setdefault("PYENV_ROOT", str(pyenv))
    for variable, folder in (
        ("HOME", ""),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_RUNTIME_DIR", "runtime"),
    ):
        path = _HOME / folder
        path.mkdir(mode=0o700, exist_ok=True)
        os.environ[variable] = str(path)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # initdb and Qt refuse or grumble about a locale that the machine never generated
    os.environ["LC_ALL"] = "C.UTF-8"


_isolate()

# Deterministic and short for every run; HYPOTHESIS_PROFILE=wide goes hunting.
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("wide", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


# last of all: the package that runs PostgreSQL takes a lock in here when the process ends
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)


class AtOnce:
    """Names each failure when it happens: a log that is cut short still says what failed and why."""

    def __init__(self, out: pytest.TerminalReporter) -> None:
        self._out = out

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._out.write_line(f"\n{report.when} of {report.nodeid} failed:")
            self._out.write_line("\n".join(report.longreprtext.splitlines()[-_LINES:]))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Workers of xdist have no terminal; the process that started them hears of every test."""
    plugins = session.config.pluginmanager
    out = plugins.get_plugin("terminalreporter")
    if out is not None:
        plugins.register(AtOnce(out))


@pytest.fixture(autouse=True)
def no_unexpected_log_warnings(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """A warning in the log fails the test, unless `@pytest.mark.logs(pattern)` announced it."""
    expected = [re.compile(mark.args[0]) for mark in request.node.iter_markers("logs")]
    yield
    texts = [
        record.getMessage()
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING
    ]
    unexpected = [text for text in texts if not any(p.search(text) for p in expected)]
    unseen = [p.pattern for p in expected if not any(p.search(text) for text in texts)]
    assert not unexpected, f"warnings in the log: {unexpected}"
    assert not unseen, f"announced for the log, but never written: {unseen}"
