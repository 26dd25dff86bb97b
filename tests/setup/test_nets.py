"""The nets of tests/conftest.py catch what they are there for."""

import logging
import os
import re
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest_plugins = ["pytester"]
ROOT_CONFTEST = Path(__file__).parents[1] / "conftest.py"


def run(pytester: pytest.Pytester, body: str, *options: str) -> pytest.RunResult:
    pytester.makeconftest(ROOT_CONFTEST.read_text())
    pytester.makeini("[pytest]\nmarkers = logs(pattern): expected")
    pytester.makepyfile(f"import logging, pytest\n{body}")
    options = options or ("-p", "no:xdist")
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)


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


@pytest.mark.parametrize("workers", [["-p", "no:xdist"], ["-n", "2"]], ids=["alone", "workers"])
def test_a_failure_is_named_when_it_happens(pytester: pytest.Pytester, workers: list[str]) -> None:
    result = run(
        pytester,
        """
def test_x(): assert 1 == 2, "why"
def test_y(): logging.getLogger("till").warning("printer gone")
@pytest.fixture
def shop(): raise OSError("no shop")
def test_z(shop): pass
""",
        *workers,
        "--tb=short",
    )

    as_it_ran, _, _ = result.stdout.str().partition("= ERRORS =")
    for what, why in (
        ("call of *test_x", "why"),
        ("teardown of *test_y", "printer gone"),
        ("setup of *test_z", "no shop"),
    ):
        assert re.search(f"^{what.replace('*', '.*::')} failed:$", as_it_ran, re.MULTILINE)
        assert why in as_it_ran


def test_nothing_is_left_of_the_home_not_even_what_comes_at_the_end(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
import atexit, pathlib
def test_x():
    home = pathlib.Path.home()
    pathlib.Path("home").write_text(str(home))
    atexit.register(lambda: (home / "runtime" / "late").mkdir(parents=True))
""",
    )

    result.assert_outcomes(passed=1)
    assert not Path((pytester.path / "home").read_text()).exists()


def test_the_home_of_a_test_is_not_the_developers() -> None:
    ours = (
        platformdirs.user_data_path,
        platformdirs.user_state_path,
        platformdirs.user_runtime_path,
    )
    homes = [Path.home(), *(path("omnitill") for path in ours)]

    assert all("omnitill-tests-" in str(home) for home in homes)
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


@given(st.integers())
def test_examples_are_the_same_in_every_run(number: int) -> None:
    logging.getLogger("till").info("tried %d", number)

    assert settings().derandomize
