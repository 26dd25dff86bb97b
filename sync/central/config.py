"""Where central keeps its data and where it listens, unless told otherwise."""

from pathlib import Path

from platformdirs import user_data_path

HOST = "127.0.0.1"
"""Loopback only: a shop that opens it to its network puts TLS in front and says so."""
PORT = 8420


def default_database() -> str:
    return f"sqlite:///{user_data_path('omnitill-central', appauthor=False) / 'central.db'}"


def prepare_folder(database: str) -> None:
    """Make the folder of a SQLite file; other databases live elsewhere."""
    prefix = "sqlite:///"
    if database.startswith(prefix):
        Path(database.removeprefix(prefix)).parent.mkdir(parents=True, exist_ok=True)
