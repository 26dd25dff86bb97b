"""The office's pages: the list of what waits for a person, one fact, and what can be done about it."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection

from sync.central.holds import recovery
from sync.central.identity import now_ms
from sync.central.office import cases, deciding, diary
from sync.central.office.cases import FactFile, Place, Wanted
from sync.central.office.diary import FactKey
from sync.central.office.guard import PREFIX, CentralDep, FormDep, Turned, Visit, VisitDep
from sync.central.office.showing import pretty
from sync.central.office.signing_in import TemplatesDep
from sync.seals import is_signed_by

pages = APIRouter()
_FACT = "/exceptions/{store_id}/{device_id}/{incarnation}/{seq}"
_PLACE = TypeAdapter(Place)
Text = Annotated[str, Query(max_length=512)]
Number = Annotated[int, Path(ge=1, lt=2**63)]
Life = Annotated[int, Path(ge=1, lt=2**31)]


def _key(store_id: str, device_id: str, incarnation: Life, seq: Number) -> FactKey:
    return FactKey(store_id, device_id, incarnation, seq)


KeyDep = Annotated[FactKey, Depends(_key)]


@pages.get("/")
def home() -> Response:
    return RedirectResponse(f"{PREFIX}/exceptions", 303)


@pages.get("/exceptions")
def exceptions(
    visit: VisitDep,
    central: CentralDep,
    templates: TemplatesDep,
    store: Text = "",
    till: Text = "",
    kind: Text = "",
    before: Text = "",
) -> Response:
    """What is open, the newest first."""
    branches = visit.person.branches
    stores = frozenset({store} & branches.keys() if store else branches)
    wanted = Wanted(stores, till.strip(), kind, _place(before))
    (found, next_place), counts, waits = central.read(
        lambda c: (
            cases.page(c, wanted),
            cases.counts(c, branches),
            recovery.waits_for_stores(c, branches.keys()),
        )
    )
    asked = {"store": store, "till": till, "kind": kind}
    older = (
        urlencode(asked | {"before": _PLACE.dump_json(next_place).decode()}) if next_place else ""
    )
    return templates.page(
        "exceptions.html",
        visit=visit,
        branches=branches,
        cases=found,
        counts=counts,
        waits=waits,
        asked=asked,
        is_filtered=any(asked.values()),
        newest=urlencode(asked) if wanted.before else "",
        older=older,
    )


@pages.get(_FACT)
def fact(
    visit: VisitDep,
    central: CentralDep,
    templates: TemplatesDep,
    key: KeyDep,
    said: Text = "",
) -> Response:
    """One fact: what is wrong, what it says, what was done about it."""
    found, history = central.read(lambda c: (_found(c, visit, key), diary.about(c, key)))
    return templates.page(
        "fact.html",
        visit=visit,
        fact=found,
        branch=visit.person.branches[key.store_id],
        receipt_no=cases.receipt_no(found.row.payload),
        payload=pretty(found.row.payload),
        signature=_signature(found),
        history=history,
        said=_SAID.get(said, ""),
    )


@pages.post(_FACT + "/replay")
def replay(
    _: FormDep,
    visit: VisitDep,
    central: CentralDep,
    key: KeyDep,
) -> Response:

    def work(conn: Connection) -> str:
        _found(conn, visit, key)
        deciding.replay_life(conn, visit.person.name, now_ms(), key)
        return "waits" if _found(conn, visit, key).is_quarantined else "booked"

    return _back(key, central.write_once(work))


@pages.post(_FACT + "/settle")
def settle(
    fields: FormDep,
    visit: VisitDep,
    central: CentralDep,
    key: KeyDep,
) -> Response:
    code, words = fields.get("code", ""), fields.get("note", "").strip()
    if not words or len(words) > deciding.LONGEST_NOTE:
        return _back(key, "note")

    def work(conn: Connection) -> str:
        found = _found(conn, visit, key)
        is_done = deciding.settle(conn, visit.person.name, now_ms(), found, code, words)
        return "settled" if is_done else "before"

    return _back(key, central.write_once(work))


_SAID = {
    "booked": "It was tried again and is booked now.",
    "waits": "It was tried again and still cannot be booked. It stays here.",
    "settled": "It is settled. Nothing was deleted; your note stands below.",
    "before": "Somebody settled it before. Nothing was changed.",
    "note": f"Write what was done about it, in at most {deciding.LONGEST_NOTE} characters.",
}


def _found(conn: Connection, visit: Visit, key: FactKey) -> FactFile:
    found = cases.fact_file(conn, visit.person.branches, key)
    if found is None:
        raise Turned(
            404, "There is no such record", "Or it belongs to a store you do not look after."
        )
    return found


def _back(key: FactKey, said: str) -> Response:
    """To the page again, so that reloading it repeats nothing."""
    return RedirectResponse(f"{PREFIX}/exceptions/{key.path}?said={said}", 303)


def _place(text: str) -> Place | None:
    """Where a page begins; anything else is the beginning."""
    try:
        return _PLACE.validate_json(text) if text else None
    except ValidationError:
        return None


def _signature(found: FactFile) -> str:
    seal = found.seal
    if seal is None:
        return "not signed yet"
    if not is_signed_by(found.row.pubkey, seal.hash, seal.sig):
        return f"record {seal.seq} is signed by somebody else than this till"
    return "signed by this till" if seal.seq == found.key.seq else f"covered by record {seal.seq}"
