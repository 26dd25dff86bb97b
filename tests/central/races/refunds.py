"""Eight clients refund the same lines at once, and some requests are delivered twice."""

import random
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import uuid_utils
from sqlalchemy import Connection, Engine, func, select, update

from sync.central import auth, db, push
from sync.central.auth import Caller
from sync.central.holds import requests
from sync.central.holds.tables import hold, hold_line, refund_line
from sync.central.identity import now_ms
from sync.central.schema import sale_line
from sync.keys import new_key
from sync.wire import EnrolRequest
from sync.wire_commands import CommandRequest
from tests.central.shop import STORE
from tests.central.tills import Facts

ONE_PIECE = 1000
DOUBLED = 0.4
Line: TypeAlias = tuple[str, str]
Hold: TypeAlias = Callable[[Engine, Caller, str, Line], bool]


@dataclass(slots=True)
class Outcome:
    """`over` are lines granted or refunded beyond what was sold; `odd` are sums that do not agree."""

    lines: int
    clients: int
    requests: int = 0
    doubled: int = 0
    granted: int = 0
    refunded: int = 0
    released: int = 0
    over: int = 0
    two_answers: int = 0
    odd: list[str] = field(default_factory=list)


class Client(threading.Thread):
    """One till that wants every line at the very moment the others want it."""

    def __init__(
        self,
        engine: Engine,
        hold_one: Hold,
        lines: Sequence[Line],
        together: threading.Barrier,
        seed: str,
    ) -> None:
        super().__init__(name=seed)
        self.engine, self.hold_one, self.lines = engine, hold_one, lines
        self.rng = random.Random(seed)
        self.together = together
        self.who = enrolled(engine, seed)
        self.facts = Facts(self.who.device_id, STORE)
        self.outcome = Outcome(len(lines), 1)
        self.got: list[Line] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            for line in self.lines:
                self.together.wait(60)
                self._want(line)
            self._push()
        except BaseException as error:  # noqa: BLE001 raised again by the thread that waits
            self.error = error
            self.together.abort()

    def _want(self, line: Line) -> None:
        command_id = str(uuid_utils.uuid7())
        self.outcome.requests += 1
        is_granted = self.hold_one(self.engine, self.who, command_id, line)
        if self.rng.random() < DOUBLED:
            self.outcome.doubled += 1
            again = self.hold_one(self.engine, self.who, command_id, line)
            self.outcome.two_answers += again != is_granted
        if is_granted:
            self.outcome.granted += 1
            self.got.append(line)
            if self.hold_one is by_request:
                self._use(command_id, line)

    def _use(self, hold_id: str, line: Line) -> None:
        """Pay it back, give it up, or fall silent."""
        match self.rng.randrange(3):
            case 0:
                self.outcome.refunded += 1
                self.facts.record("refund.completed.v1", _refund(hold_id, line))
                if self.rng.random() < 0.3:
                    self._push()
            case 1:
                self.outcome.released += 1
                self.got.remove(line)
                self.facts.record("hold.released.v1", {"hold_id": hold_id})
            case _:
                pass

    def _push(self) -> None:
        """The whole journal each time: what is known already must change nothing."""
        if not self.facts.facts:
            return
        body = {
            "device_id": self.who.device_id,
            "incarnation": 1,
            "from_seq": (first := max(1, len(self.facts.facts) - 199)),
            "prev_hash": self.facts.hash_at(first - 1),
            "journal_head": len(self.facts.facts),
            "events": self.facts.facts[first - 1 :],
        }
        batch = push.Push.model_validate(body)
        db.write(self.engine, lambda c: push.push(c, self.who, batch, now_ms()), is_repeatable=True)


def run(
    engine: Engine,
    lines: int,
    clients: int,
    hold_one: Hold,
    seed: int = 1,
    meanwhile: AbstractContextManager[object] | None = None,
) -> Outcome:
    """Let them race; the database must hold the small shop. `meanwhile` is what goes wrong."""
    goods = stocked(engine, lines)
    together = threading.Barrier(clients)
    tills = [Client(engine, hold_one, goods, together, f"{seed}-{at}") for at in range(clients)]
    with meanwhile or nullcontext():
        for till in tills:
            till.start()
        for till in tills:
            till.join()
    errors = [till.error for till in tills if till.error]
    if errors:
        # who broke the barrier says why; the others only that it broke
        raise min(errors, key=lambda it: isinstance(it, threading.BrokenBarrierError))
    return _judged(engine, tills, goods)


def by_request(engine: Engine, who: Caller, command_id: str, line: Line) -> bool:
    """As central decides: one conditional statement, the command's row in the same transaction."""
    lines = [{"line_id": line[1], "qty": ONE_PIECE}]
    request = CommandRequest(type="refund.hold", args={"sale_id": line[0], "lines": lines})
    answer = db.write(
        engine,
        lambda c: requests.put(c, who, command_id, request, now_ms()),
        is_repeatable=True,
    )
    return answer.status == "granted"


def by_reading_first(engine: Engine, who: Caller, command_id: str, line: Line) -> bool:
    """The control: look, decide, write. A second delivery is one more refund, too."""

    def work(conn: Connection) -> bool:
        c = sale_line.c
        key = c.sale_id == line[0], c.line_id == line[1]
        row = conn.execute(select(sale_line).where(*key)).one()
        if row.held + row.refunded + ONE_PIECE > row.sold:
            return False
        conn.execute(update(sale_line).where(*key).values(held=row.held + ONE_PIECE))
        return True

    return db.write(engine, work)


def over_granted(tills: Sequence[Client]) -> int:
    """Lines of one piece that more than one till believes it may pay back."""
    seen: dict[Line, int] = {}
    for till in tills:
        for line in till.got:
            seen[line] = seen.get(line, 0) + 1
    return sum(count > 1 for count in seen.values())


def stocked(engine: Engine, lines: int) -> list[Line]:
    """Lines of one piece each, ten to a sale."""
    goods = [(f"sale-{at // 10}", f"line-{at}") for at in range(lines)]
    rows = [
        {"store_id": STORE, "sale_id": sale_id, "line_id": line_id, "sold": ONE_PIECE}
        for sale_id, line_id in goods
    ]
    db.write(engine, lambda c: c.execute(sale_line.insert(), rows))
    return goods


def enrolled(engine: Engine, till_no: str) -> Caller:
    def work(conn: Connection) -> Caller:
        code = auth.new_code(conn, "014", till_no, now_ms())
        answer = auth.enrol(conn, EnrolRequest(code=code, pubkey=new_key().public), now_ms())
        return auth.caller_of(conn, answer.store_id, answer.device_id)

    return db.write(engine, work)


def _refund(hold_id: str, line: Line) -> dict[str, Any]:
    return {
        "refund_id": hold_id,
        "sale_id": line[0],
        "store_id": STORE,
        "shift_id": "shift-1",
        "cashier_id": "anna",
        "lines": [{"line_id": line[1], "qty": ONE_PIECE, "amount_minor": 149}],
        "tenders": [],
        "hold_ids": [hold_id],
        "currency": "EUR",
        "total_minor": 149,
        "completed_at_ms": 1,
    }


def _judged(engine: Engine, tills: Sequence[Client], goods: Sequence[Line]) -> Outcome:
    found = Outcome(len(goods), len(tills), over=over_granted(tills))
    for till in tills:
        for name in ("requests", "doubled", "granted", "refunded", "released", "two_answers"):
            setattr(found, name, getattr(found, name) + getattr(till.outcome, name))
    with db.reading(engine) as conn:
        found.odd = list(_odd(conn, found))
    return found


def _odd(conn: Connection, found: Outcome) -> list[str]:
    """Invariants I5 and I7 as sums over the tables."""
    c = sale_line.c
    counted = conn.execute(
        select(func.sum(c.held), func.sum(c.refunded), func.sum(c.over_refunded))
    ).one()
    held, refunded, over = (int(it or 0) for it in counted)
    open_holds = (
        select(func.coalesce(func.sum(hold_line.c.qty), 0))
        .join(
            hold,
            (hold.c.store_id == hold_line.c.store_id) & (hold.c.hold_id == hold_line.c.hold_id),
        )
        .where(hold.c.state.in_(("held", "orphaned")))
    )
    told = conn.execute(select(func.coalesce(func.sum(refund_line.c.qty), 0))).scalar_one()
    reserved = int(conn.execute(open_holds).scalar_one())
    checks = {
        f"held {held}, holds say {reserved}": held == reserved,
        f"refunded {refunded}, refunds say {int(told)}": refunded == int(told),
        f"{found.refunded} refunds sent, {refunded} counted": refunded
        == found.refunded * ONE_PIECE,
        f"{over} refunded beyond what was sold": over == 0,
    }
    return [words for words, is_right in checks.items() if not is_right]
