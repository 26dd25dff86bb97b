"""The exchange against the real server on SQLite, and a till's store in memory."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from sync.central import auth, db, migrate
from sync.central.identity import now_ms
from sync.client import CentralClient, enrol
from sync.engine import SyncEngine
from sync.keys import DeviceKey, new_key
from tests.central import shop
from tests.central.running import House, running_house
from tests.central.tills import Facts
from tests.sync.fakes import MemoryOutbox, MemoryReplica, States


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("central") / "template.db"
    engine = db.create_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    db.write(engine, shop.seed)
    engine.dispose()
    return path


@pytest.fixture
def engine(template: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(template, tmp_path / "central.db")
    engine = db.create_engine(f"sqlite:///{tmp_path / 'central.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    with running_house() as house:
        yield house


@pytest.fixture
def central(engine: Engine, house: House) -> Iterator[str]:
    with house.hosting(engine) as address:
        yield address


@dataclass
class Till:
    """A till's side of the exchange with everything it saw."""

    key: DeviceKey
    facts: Facts
    outbox: MemoryOutbox
    replica: MemoryReplica
    states: States
    changed: list[set[str]]

    def client(
        self, address: str, transport: httpx.BaseTransport | None = None, read_s: float = 10.0
    ) -> CentralClient:
        timeout = httpx.Timeout(3.0, read=read_s)
        return CentralClient(address, self.facts.device_id, self.key, timeout, transport)

    def engine(self, client: CentralClient, poll_s: float = 30.0) -> SyncEngine:
        return SyncEngine(
            client, self.outbox, self.replica, self.states.append, self.changed.append, poll_s
        )


@pytest.fixture
def till(engine: Engine, central: str) -> Till:
    """Enrolled with the real server; nothing is running yet."""
    key = new_key()
    code = db.write(engine, lambda c: auth.new_code(c, "014", "2", now_ms()))
    answer = enrol(central, code, key)
    facts = Facts(answer.device_id, answer.store_id)
    return Till(key, facts, MemoryOutbox(facts), MemoryReplica(), States(), [])
