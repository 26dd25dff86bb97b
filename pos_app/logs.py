"""The till's own log: JSON lines beside its files, rotated, ids and codes only."""

import json
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from sync.scrubbing import Scrubbing

BYTES = 2_000_000
FILES = 5


class JsonLines(logging.Formatter):
    """One object a line; an error brings its trace."""

    def format(self, record: logging.LogRecord) -> str:
        row = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "from": record.name,
            "text": record.getMessage(),
        }
        if record.exc_info:
            row["trace"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False)


def start_log(data_dir: Path) -> None:
    """Write to `till.log` in the data folder; a folder that cannot be written is no reason not to sell."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            data_dir / "till.log", maxBytes=BYTES, backupCount=FILES, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(Scrubbing(JsonLines()))
    root.addHandler(handler)
