"""A till's facts as JSON lines, with everything needed to prove them: `omnitill verify --export`."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Row, select

from sync.central import db
from sync.central.errors import CommandError
from sync.central.identity import signing_key
from sync.central.intake import sent_as
from sync.central.schema import chain, device, inbox, store
from sync.seals import countersign

_AT_ONCE = 1000


def command(engine: Engine, options: Namespace) -> None:
    """omnitill-central export-facts."""
    central = db.write(engine, signing_key)
    with db.reading(engine) as conn, Path(options.file).open("wb") as file:
        lives = _lives(conn, options.store, options.till)
        if not lives:
            raise CommandError(f"no facts of till {options.till} of store {options.store}")
        for life in lives:
            point = countersign(central, life.device_id, life.incarnation, life.seq, life.hash)
            heading = {
                "device_id": life.device_id,
                "incarnation": life.incarnation,
                "public_key": life.pubkey,
                "central_key": central.public,
                "checkpoint": point.model_dump(),
            }
            file.write(orjson.dumps(heading) + b"\n")
            file.writelines(orjson.dumps(fact) + b"\n" for fact in _facts(conn, life))


def _lives(conn: Connection, store_no: str, till_no: str) -> list[Row[Any]]:
    """Every incarnation of every machine that was this till, the oldest first."""
    query = (
        select(chain, device.c.pubkey)
        .join(
            device,
            (device.c.store_id == chain.c.store_id) & (device.c.device_id == chain.c.device_id),
        )
        .join(store, store.c.store_id == chain.c.store_id)
        .where(store.c.store_no == store_no, device.c.till_no == till_no, chain.c.seq > 0)
        .order_by(device.c.enrolled_at_ms, chain.c.incarnation)
    )
    return list(conn.execute(query))


def _facts(conn: Connection, life: Row[Any]) -> Iterator[object]:
    query = select(inbox).where(
        inbox.c.store_id == life.store_id,
        inbox.c.device_id == life.device_id,
        inbox.c.incarnation == life.incarnation,
    )
    after = 0
    while rows := conn.execute(
        query.where(inbox.c.seq > after).order_by(inbox.c.seq).limit(_AT_ONCE)
    ).all():
        yield from map(sent_as, rows)
        after = rows[-1].seq
