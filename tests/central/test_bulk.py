"""Many rows in one statement arrive as they were given, whatever their texts hold."""

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from sync.central import bulk, db
from sync.central.schema import inbox, setting

TEXTS = [
    "",
    "plain",
    'quo"te, {brace} \\ back\\slash',
    "tab\tline\nfeed\rreturn",
    "parted\x1fhere\x1f",
    "null",
    "NULL",
    "ž – 🧾 ‏",
    "%s %(name)s ? :x",
]


def settings(engine: Engine) -> dict[str, str]:
    with db.reading(engine) as conn:
        return {row.name: row.value_json for row in conn.execute(select(setting))}


def test_texts_arrive_as_they_are(empty_engine: Engine) -> None:
    rows = [(f"name-{at}", text) for at, text in enumerate(TEXTS)]
    db.write(
        empty_engine,
        lambda c: bulk.add(c, setting, {"store_id": "s"}, ("name", "value_json"), rows),
    )

    assert settings(empty_engine) == dict(rows)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_alone_arrives_too(empty_engine: Engine, text: str) -> None:
    row = {"store_id": "s", "name": text, "value_json": text}
    db.write(empty_engine, lambda c: bulk.insert(c, setting, [row]))

    assert settings(empty_engine) == {text: text}
    with db.reading(empty_engine) as conn:
        key = ("store_id", "name")
        asked = [
            bulk.Asked(setting, key, [("s", text), ("s", "other")]),
            bulk.Asked(setting, key, [("strange", it) for it in TEXTS]),
            bulk.Asked(setting, ("name",), [(text,), ("other",)]),
            bulk.Asked(setting, ("name",), []),
        ]
        assert bulk.answers(conn, asked) == [{("s", text)}, set(), {(text,)}, set()]
        wanted = ("value_json", "name")
        found = bulk.find(conn, setting, wanted, key, [("s", text), ("x", text)])
        assert [str(tuple(it)) for it in found] == [str((text, text))]


def test_nothing_and_numbers_are_told_apart_from_texts(empty_engine: Engine) -> None:
    names = ("seq", "sig", "payload", "mono_ms")
    rows = [(1, None, "null", -(2**63)), (2, "", "\x1f", 2**63 - 1), (3, "sig", "", 0)]
    same: dict[str, str | int] = {"store_id": "s", "device_id": "d", "incarnation": 1}
    same |= {"id": "i", "type": "t", "hash": "h", "status": "x"}
    db.write(
        empty_engine,
        lambda c: bulk.add(c, inbox, same, names, rows),
    )

    with db.reading(empty_engine) as conn:
        query = select(*(inbox.c[name] for name in names)).order_by(inbox.c.seq)
        assert [tuple(row) for row in conn.execute(query)] == rows


def test_a_text_no_database_takes_is_refused_and_not_cut(empty_engine: Engine) -> None:
    if db.is_sqlite(empty_engine):
        pytest.skip("SQLite takes it; central refuses such envelopes before")
    rows = [("a", "1"), ("b\0c", "2")]
    with pytest.raises(SQLAlchemyError):
        db.write(
            empty_engine,
            lambda c: bulk.add(c, setting, {"store_id": "s"}, ("name", "value_json"), rows),
        )

    assert settings(empty_engine) == {}


def test_a_repeated_row_comes_back_only_once(empty_engine: Engine) -> None:
    once = "ON CONFLICT DO NOTHING RETURNING name"
    names = ("name", "value_json")

    def work(first: int) -> list[str]:
        rows = [(f"n{at}", "v") for at in range(first, first + 3)]
        return [
            str(row.name)
            for row in db.write(
                empty_engine, lambda c: bulk.add(c, setting, {"store_id": "s"}, names, rows, once)
            )
        ]

    assert (work(0), work(2)) == (["n0", "n1", "n2"], ["n3", "n4"])
