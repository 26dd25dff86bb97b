"""What central exports of a till is proven without asking central: signatures and checkpoints too."""

from pathlib import Path

import orjson
import pytest

from pos_app.__main__ import main
from sync.central.__main__ import main as central_main
from sync.client import CentralClient
from sync.keys import load_or_create, new_key
from sync.seals import fact_message
from tests.journeys import goods
from tests.journeys.conftest import Shop
from tests.journeys.counter import Counter, until


@pytest.fixture
def counter(shop: Shop) -> Counter:
    """Till 2 has sold three things and central has them."""
    counter = shop.till().connect().open_for()
    for _ in range(3):
        counter.sell(goods.ean13(shop.server))
    until(lambda: counter.unsent() == 0)
    return counter


@pytest.fixture
def export(shop: Shop, counter: Counter, tmp_path: Path) -> Path:
    file = tmp_path / "facts.ndjson"
    words = ["--database", shop.server.database, "--store", "014", "--till", "2", str(file)]
    assert central_main(["export-facts", *words]) == 0
    return file


def lines(file: Path) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in file.read_bytes().splitlines()]


def write(file: Path, content: list[dict[str, object]]) -> None:
    file.write_bytes(b"\n".join(map(orjson.dumps, content)) + b"\n")


def test_an_export_is_proven_with_the_signature_of_each_batch(
    export: Path, counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = lines(export)[1:]
    signed = sum(1 for fact in facts if fact["sig"])

    assert main(["verify", "--export", str(export)]) == 0

    said = capsys.readouterr().out
    assert len(facts) == counter.journal.state().last_seq
    assert f"{len(facts)} facts, 3 sales, {signed} signatures, 1 checkpoints" in said


def test_a_signature_of_somebody_else_is_named(
    export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = lines(export)
    content[2]["sig"] = new_key().sign(fact_message(str(content[2]["hash"])))
    write(export, content)

    assert main(["verify", "--export", str(export)]) == 1
    assert "fact 1/2: signature" in capsys.readouterr().out


def test_an_export_without_its_last_fact_is_not_whole(
    export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(export, lines(export)[:-1])

    assert main(["verify", "--export", str(export)]) == 1
    assert "missing" in capsys.readouterr().out


def test_what_the_till_is_answered_is_proven_with_its_key(
    shop: Shop, counter: Counter, tmp_path: Path
) -> None:
    device, key = counter.journal.device(), load_or_create(counter.folder / "device.key")
    assert device is not None
    client = CentralClient(shop.server.address, device.device_id, key)
    write(tmp_path / "own.ndjson", client.own_facts(1, 1))
    client.close()
    words = ["verify", "--export", str(tmp_path / "own.ndjson")]

    assert main([*words, "--device", device.device_id, "--key", key.public]) == 0
    assert main([*words, "--device", "another"]) == 1
    assert main(words) == 2


def test_the_signature_of_a_later_fact_proves_those_before_it(
    export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = lines(export)
    for fact in content[1:-1]:
        fact["sig"] = None
    write(export, content)

    assert main(["verify", "--export", str(export)]) == 0
    assert "1 signatures" in capsys.readouterr().out


def test_facts_that_no_signature_covers_are_named_by_the_first(
    export: Path, counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    key = load_or_create(counter.folder / "device.key")
    content = lines(export)
    for fact in content[1:]:
        fact["sig"] = None
    content[1]["sig"] = key.sign(fact_message(str(content[1]["hash"])))
    write(export, content)

    assert main(["verify", "--export", str(export)]) == 1
    assert "fact 1/2: unsigned" in capsys.readouterr().out
