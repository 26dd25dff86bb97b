"""The contract of the exchange as a file, `sync/openapi.json`: what the server says about itself at
`/openapi.json`. `make contract` writes it anew; a change of it is a change for everybody's server."""

import json
from pathlib import Path

import sync
from sync.central import db
from sync.central.app import create_app

CONTRACT = Path(sync.__file__).with_name("openapi.json")


def described() -> str:
    """The text of the file as it should be."""
    engine = db.create_engine("sqlite://")
    document = create_app(engine, compacts=False).openapi()
    engine.dispose()
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    CONTRACT.write_text(described(), encoding="utf-8")
