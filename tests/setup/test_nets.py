"""The nets of tests/conftest.py catch what they are there for."""

import logging
import os
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest_plugins = ["pytester"]
ROOT_CONFTEST = Path(__file__).parents[1] / "conftest.py"


def run(pytester: pytest.Pytester, body: str) -> pytest.RunResult:
    pytester.makeconftest(ROOT_CONFTEST.read_text())
    pytester.makeini("[pytest]\nmarkers = logs(pattern): expected")
    pytester.makepyfile(f"import logging, pytest\n{body}")
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist")


def test_a_warning_in_the_log_fails_the_test(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_x():\n    logging.getLogger('till').warning('printer gone')\n")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*warnings in the log: *printer gone*"])


def test_an_announced_warning_passes(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        "@pytest.mark.logs('printer')\ndef test_x():\n    logging.getLogger('t').warning('printer gone')\n",
    )

    result.assert_outcomes(passed=1)


def test_an_announced_warning_that_stays_away_fails(pytester: pytest.Pytester) -> None:
    result = run(pytester, "@pytest.mark.logs('printer')\ndef test_x():\n    pass\n")

    result.assert_outcomes(passed=1, errors=1)


def test_the_home_of_a_test_is_not_the_developers() -> None:
    homes = [Path.home(), platformdirs.user_data_path("omnitill"), platformdirs.user_runtime_path()]

    assert all("omnitill-tests-" in str(home) for home in homes)
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


@given(st.integers())
def test_examples_are_the_same_in_every_run(number: int) -> None:
    logging.getLogger("till").info("tried %d", number)

    assert settings().derandomize
