"""A slice of `make fuzz`, and what the OpenAPI document must be for it to mean anything."""

import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from sync.central.app import create_app

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_some_hundred_generated_requests_meet_no_server_error() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--cases", "400"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


def test_every_reference_of_the_document_leads_somewhere(tmp_path: Path) -> None:
    document = create_app(f"sqlite:///{tmp_path / 'central.db'}").openapi()

    references = set(re.findall(r'"\$ref":"#/([^"]+)"', orjson.dumps(document).decode()))

    assert references
    for reference in references:
        part = document
        for name in reference.split("/"):
            part = part[name]
