"""One conversation with central: compare histories, push every fact, pull every page."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from sync.bootstrap import FirstLoad
from sync.client import CentralClient
from sync.comparing import Comparer
from sync.errors import (
    CentralError,
    Conflict,
    ServerBroken,
    TooLarge,
    Unauthorised,
    UpgradeRequired,
)
from sync.ports import Keeper, Outbox, OutboxState, Page, Replica, WireFactDict
from sync.prefetch import Fetch
from sync.status import StatusBoard
from sync.wire import (
    MAX_FACTS,
    MAX_PUSH_BYTES,
    PAGE_ROWS,
    PROTO,
    HelloAnswer,
    HelloRequest,
    PushAnswer,
)

SLOW_S = 2.0
"""An answer later than this is felt at the till, and said so."""

T = TypeVar("T")


class Exchange:
    """The steps of a round, all in the sync thread. A fork stops pushing, never pulling."""

    def __init__(
        self,
        client: CentralClient,
        outbox: Outbox,
        replica: Replica,
        board: StatusBoard,
        on_replica_changed: Callable[[set[str]], None],
        is_stopping: Callable[[], bool],
        keeper: Keeper | None = None,
        comparer: Comparer | None = None,
        first_load: FirstLoad | None = None,
    ) -> None:
        self._client = client
        self._outbox = outbox
        self._replica = replica
        self._board = board
        self._on_replica_changed = on_replica_changed
        self._is_stopping = is_stopping
        self._keeper = keeper
        self._comparer = comparer
        self._first_load = first_load
        self._next_expected: int | None = None
        self._disagreement = ""
        self._epoch = ""
        self._is_doubtful = False
        self._limit = MAX_FACTS
        self._slowest_s = 0.0
        self.positions: dict[str, int] = {}
        """How far each stream is pulled."""

    def round(self) -> None:
        """Everything there is to do now. Raises what stopped it; nothing done is lost by that."""
        self._slowest_s = 0.0
        try:
            self._send()
            self._pull_all()
            if self._is_doubtful:
                self._send()
        except CentralError:
            # what central has now is unknown: ask before anything is sent again
            self._next_expected = None
            raise
        self._report_contact()

    def doubt(self) -> None:
        """Central may be another one than it was, such as a restored copy. Any thread."""
        self._is_doubtful = True

    def refresh_figures(self) -> None:
        """Tell the board what waits in the journal."""
        self._board.figures(*self._outbox.unsent())

    def _send(self) -> None:
        """Every fact central lacks; asks first where that begins, unless it is known for sure."""
        if self._next_expected is None or self._is_doubtful:
            self._is_doubtful = False
            self._greet()
        self._push_all()

    def _greet(self) -> None:
        answer, state = self._hello()
        if (
            answer.state == "behind"
            and self._keeper
            and self._keeper.take_back(answer.next_expected)
        ):
            answer, state = self._hello()
        self._epoch = answer.epoch
        if answer.state == "upgrade":
            raise UpgradeRequired
        if answer.state == "revoked":
            raise Unauthorised("revoked")
        self._disagreement = "fork" if self._is_other_past(answer) else _disagreement(answer)
        self._next_expected = None if self._disagreement else answer.next_expected
        if self._disagreement != "fork":
            self._acknowledge(answer, state)

    def _is_other_past(self, answer: HelloAnswer) -> bool:
        """Central cannot tell from a till that is ahead; the till can, by central's last hash.

        Believing the number alone would count facts as accepted that central never saw.
        """
        point = answer.checkpoint
        own = self._outbox.hash_at(point.seq) if point else None
        return point is not None and own is not None and own != point.hash

    def _hello(self) -> tuple[HelloAnswer, OutboxState]:
        """Central's view of the journal as it is now."""
        state = self._outbox.state()
        message = HelloRequest(
            device_id=state.device_id,
            incarnation=state.incarnation,
            last_seq=state.last_seq,
            last_hash=state.last_hash,
            epoch=state.epoch,
            proto=[PROTO],
        )
        return self._timed(lambda: self._client.hello(message)), state

    def _push_all(self) -> None:
        """The facts there are now. Later ones take their turn: selling must not keep a pull waiting."""
        last_seq = self._outbox.state().last_seq
        while (first := self._next_expected) is not None and first <= last_seq:
            if self._is_stopping():
                break
            self._push(first, self._outbox.batch(first, self._limit, MAX_PUSH_BYTES))
        self.refresh_figures()

    def _push(self, from_seq: int, facts: list[WireFactDict]) -> None:
        state = self._outbox.state()
        message = {
            "device_id": state.device_id,
            "incarnation": state.incarnation,
            "from_seq": from_seq,
            "prev_hash": self._outbox.hash_at(from_seq - 1),
            "journal_head": state.last_seq,
            "events": facts,
        }
        # committed before the first byte leaves: from here on central may know these facts
        self._outbox.mark_in_flight(facts[-1]["seq"])
        try:
            answer = self._timed(lambda: self._client.push(message))
        except TooLarge:
            if len(facts) == 1:
                raise
            self._limit = len(facts) // 2
        except Conflict as conflict:
            self._settle(conflict, from_seq)
        else:
            if answer.next_expected <= from_seq:
                raise ServerBroken("a push was answered but not taken")
            self._limit = min(self._limit * 2, MAX_FACTS)
            if self._comparer and any(it["type"] == "shift.opened.v1" for it in facts):
                self._comparer.soon()
            self._next_expected = answer.next_expected
            self._acknowledge(answer, state)

    def _settle(self, conflict: Conflict, from_seq: int) -> None:
        """A gap means central has less than we thought (it was restored): ask and send from there."""
        if conflict.kind == "gap":
            self._greet()
            if self._next_expected == from_seq:
                raise ServerBroken("central misses facts it says it has")
        else:
            self._disagreement, self._next_expected = "fork", None

    def _acknowledge(self, answer: HelloAnswer | PushAnswer, state: OutboxState) -> None:
        """Central may know more than a journal that was restored; never more than there is here."""
        self._outbox.acknowledged(
            min(answer.accepted_through, state.last_seq),
            min(answer.durable_through, state.last_seq),
            answer.epoch,
        )
        if answer.checkpoint and self._keeper:
            key = answer.central_key if isinstance(answer, HelloAnswer) else ""
            point = answer.checkpoint.model_dump()
            self._keeper.countersigned(state.device_id, state.incarnation, point, key)
        self.refresh_figures()

    def _pull_all(self) -> None:
        if self._first_load:
            changed = self._first_load.run(self._loading)
            if changed:
                self._on_replica_changed(changed)
        if self._pull() and self._comparer:
            wrong = self._comparer.wrong(self._replica.cursor())
            if wrong:
                self._pull(wrong)

    def _loading(self, done: int, total: int) -> None:
        self._board.filling(done, total)
        self._report_contact()
        self._push_all()

    def _pull(self, again: Sequence[str] = ()) -> bool:
        """Whether everything there is has come; streams in `again` start from nothing."""
        cursor = self._replica.cursor()
        page = self._timed(Fetch(self._client, cursor, PAGE_ROWS, again).result)
        while True:
            if page["from_cursor"] != cursor:
                raise ServerBroken("a page that starts elsewhere")
            cursor = page["next_cursor"]
            ahead = Fetch(self._client, cursor, PAGE_ROWS) if page["has_more"] else None
            self._apply(page)
            if ahead is None:
                self._board.pulled()
                return True
            if self._is_stopping():
                return False
            self._report_contact()
            self._push_all()  # a sale made during a long fill does not wait for its end
            page = ahead.result()

    def _apply(self, page: Page) -> None:
        if page.get("resnapshot"):
            self._replica.resnapshot(page["resnapshot"])
        self._replica.apply(page)
        self.positions = dict(page["positions"])
        if page["epoch"] != self._epoch:
            self.doubt()  # a till that has nothing new to send would not notice for hours
        if page["has_more"]:
            self._board.filling(sum(self.positions.values()), sum(page["heads"].values()))
        changed = {block["entity"] for block in page["blocks"] if block["rows"]}
        if changed:
            self._on_replica_changed(changed)

    def _report_contact(self) -> None:
        if self._disagreement:
            self._board.observe("fork", self._disagreement)
        else:
            self._board.observe("slow" if self._slowest_s > SLOW_S else "online")

    def _timed(self, ask: Callable[[], T]) -> T:
        start = time.monotonic()
        answer = ask()
        self._slowest_s = max(self._slowest_s, time.monotonic() - start)
        return answer


def _disagreement(answer: HelloAnswer) -> str:
    return "" if answer.state == "ok" else answer.state
