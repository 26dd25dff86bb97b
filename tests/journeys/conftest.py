"""The demo shop behind a real server, and tills of it that are enrolled and filled."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import make_url

from hardware.emulators.serial_line import PtyLine
from hardware.emulators.virtual_printer import VirtualPrinter
from pos_app.config import Config, PrinterConfig, ScannerConfig
from sync.central import db, demo_shop, migrate
from tests.central.postgres import EMPTY, Postgres, running_postgres
from tests.journeys.central_side import ShopServer
from tests.journeys.counter import Counter, enrolled_counter, until
from tests.journeys.front import Front
from tests.journeys.window import Desk


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform grumbles once for every window; nothing can be done about it."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


def seed(database: str) -> None:
    """The demo shop in a new database."""
    engine = db.create_engine(database)
    migrate.upgrade(engine)
    demo_shop.seed(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo shop; copied for each test."""
    path = tmp_path_factory.mktemp("seeded") / "central.db"
    seed(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def seeded_postgres(postgres: Postgres) -> Iterator[str]:
    """The name of a PostgreSQL database with the demo shop; copied for each test."""
    with postgres.database(EMPTY) as address:
        seed(address)
        yield make_url(address).database or ""


@pytest.fixture(scope="session")
def filled(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A central database and a till of it that has everything; copied for each test."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copy(seeded, folder / "central.db")
    database = f"sqlite:///{folder / 'central.db'}"
    with ShopServer(database) as server, enrolled_counter(folder / "till", server) as counter:
        until(counter.connect().is_filled)
        assert counter.stores.upkeep.settle(60)
    return folder


@dataclass
class Shop:
    """One central server and the tills that a test opens."""

    server: ShopServer
    folder: Path
    _open: ExitStack = field(default_factory=ExitStack)

    def till(self, url: str = "", printer_port: int = 0) -> Counter:
        """Till 2, which is enrolled and has the whole catalogue; not connected yet."""
        return self.kept(Counter(self.folder / "till", url or self.server.address, printer_port))

    def another(self, till_no: str = "3") -> Counter:
        """One more till, enrolled now and still empty."""
        return self.kept(enrolled_counter(self.folder / f"till-{till_no}", self.server, till_no))

    def kept(self, counter: Counter) -> Counter:
        """Closed at the end of the test, before its server."""
        return self._open.enter_context(counter)

    def close_tills(self) -> None:
        self._open.close()


@pytest.fixture
def shop(filled: Path, tmp_path: Path) -> Iterator[Shop]:
    """The demo shop on SQLite; till 2 of store 014 is enrolled and filled."""
    shutil.copy(filled / "central.db", tmp_path / "central.db")
    shutil.copytree(filled / "till", tmp_path / "till")
    with ShopServer(f"sqlite:///{tmp_path / 'central.db'}") as server:
        found = Shop(server, tmp_path)
        yield found
        found.close_tills()


@pytest.fixture
def kind() -> str:
    """Central's database engine; `both_engines` runs a test on each."""
    return "sqlite"


both_engines = pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)


@pytest.fixture
def fresh_shop(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[Shop]:
    """The demo shop; no till of it is enrolled."""
    with ExitStack() as stack:
        if kind == "postgres":
            engine: Postgres = request.getfixturevalue("postgres")
            template = request.getfixturevalue("seeded_postgres")
            database = stack.enter_context(engine.database(template))
        else:
            shutil.copy(request.getfixturevalue("seeded"), tmp_path / "central.db")
            database = f"sqlite:///{tmp_path / 'central.db'}"
        server = stack.enter_context(ShopServer(database))
        found = Shop(server, tmp_path)
        yield found
        found.close_tills()


@pytest.fixture
def network(request: pytest.FixtureRequest) -> Iterator[Front]:
    """What the tills of the test's shop reach central through."""
    name = "fresh_shop" if "fresh_shop" in request.fixturenames else "shop"
    found: Shop = request.getfixturevalue(name)
    with Front(found.server.address) as front:
        yield front
        found.close_tills()


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    with VirtualPrinter() as found:
        yield found


@pytest.fixture
def scanner() -> Iterator[PtyLine]:
    """A serial scanner's cable."""
    with PtyLine() as found:
        yield found


@pytest.fixture
def config(shop: Shop, printer: VirtualPrinter, scanner: PtyLine) -> Config:
    """Till 2 as a shop would set it up: printer, scanner and server."""
    paper = PrinterConfig("receipt", "network", "127.0.0.1", port=printer.port)
    return Config(
        shop.folder / "till",
        shop.server.address,
        printers=(paper,),
        scanners=(ScannerConfig(scanner.device_path),),
    )


@pytest.fixture
def desk(config: Config) -> Iterator[Desk]:
    """The real till in its window, with nobody signed in."""
    with Desk(config) as found:
        yield found.ready()
