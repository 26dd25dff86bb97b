"""Schemathesis against a target: generated from the OpenAPI document, valid and invalid alike."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.target import Target

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
ENDLESS = "/v1/notify"
"""Its good answer never ends; that it refuses bad callers is tests/central/test_access.py."""
_COMMAND = "import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())"
_COUNT = re.compile(r"([\d,]+) generated")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many requests were sent, and what was found; `words` is Schemathesis' own report."""

    cases: int
    is_clean: bool
    words: str


def shoot(aim: Target, folder: Path, per_operation: int, seed: int) -> Outcome:
    """Send up to `per_operation` fuzzed cases to each operation, beside coverage and stateful ones."""
    words = [
        *("run", f"{aim.address}/openapi.json", "--max-examples", str(per_operation)),
        *("--checks", ",".join(CHECKS), "--exclude-path", ENDLESS, "--seed", str(seed)),
        *("-H", f"Authorization: Bearer {aim.token}", "-H", "X-Proto: 1"),
        *("--continue-on-failure", "--no-color", "--request-timeout", "30", "--warnings", "off"),
        *("--suppress-health-check", "all", "--max-failures", "100"),
    ]
    own = os.environ | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env=own,
        check=False,
    )
    said = done.stdout + done.stderr
    count = _COUNT.search(said)
    return Outcome(int(count[1].replace(",", "")) if count else 0, done.returncode == 0, said)
