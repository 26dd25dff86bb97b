"""The facts of one life on their way to central: compare histories, then push what central lacks."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from sync.client import CentralClient
from sync.errors import Conflict, ServerBroken, TooLarge, Unauthorised, UpgradeRequired
from sync.ports import Keeper, Outbox, OutboxState, WireFactDict
from sync.wire import (
    MAX_FACTS,
    MAX_PUSH_BYTES,
    PROTO,
    HelloAnswer,
    HelloRequest,
    PushAnswer,
)

T = TypeVar("T")


class Stopwatch:
    """How long central takes to answer."""

    def __init__(self) -> None:
        self.slowest_s = 0.0

    def timed(self, ask: Callable[[], T]) -> T:
        start = time.monotonic()
        answer = ask()
        self.slowest_s = max(self.slowest_s, time.monotonic() - start)
        return answer


class Sender:
    """Sends from one outbox, in the sync thread. A disagreement about the past stops its pushing."""

    def __init__(
        self,
        client: CentralClient,
        outbox: Outbox,
        watch: Stopwatch,
        is_stopping: Callable[[], bool],
        on_taken: Callable[[Sequence[WireFactDict]], None],
        keeper: Keeper | None = None,
        on_greeted: Callable[[HelloAnswer, OutboxState], None] | None = None,
        cursor: Callable[[], str] = str,
    ) -> None:
        """`on_taken` hears what a push has delivered, and of a greeting, with nothing; `on_greeted`
        what was said and answered, before anything more is sent. `cursor` is where the replica is."""
        self._client = client
        self._outbox = outbox
        self._watch = watch
        self._is_stopping = is_stopping
        self._on_taken = on_taken
        self._keeper = keeper
        self._on_greeted = on_greeted
        self._cursor = cursor
        self._next_expected: int | None = None
        self.limit = MAX_FACTS
        """How many facts the next push may hold."""
        self.disagreement = ""
        self.epoch = ""
        """Central's, as of the last greeting."""

    @property
    def is_sure(self) -> bool:
        """Whether it is known where central's part ends."""
        return self._next_expected is not None

    def forget(self) -> None:
        """What central has now is unknown: greet before anything is sent again."""
        self._next_expected = None

    def greet(self) -> None:
        """Ask how far central has got."""
        answer, state = self._hello()
        if (
            answer.state == "behind"
            and self._keeper
            and self._keeper.take_back(answer.next_expected)
        ):
            answer, state = self._hello()
        self.epoch = answer.epoch
        if answer.state == "upgrade":
            raise UpgradeRequired
        if answer.state == "revoked":
            raise Unauthorised("revoked")
        self.disagreement = "fork" if self._is_other_past(answer) else _disagreement(answer)
        self._next_expected = None if self.disagreement else answer.next_expected
        if self.disagreement != "fork":
            self._acknowledge(answer, state)
        if self._on_greeted:
            self._on_greeted(answer, state)

    def push_all(self) -> None:
        """The facts there are now. Later ones take their turn: selling must not keep a pull waiting."""
        last_seq = self._outbox.state().last_seq
        while (first := self._next_expected) is not None and first <= last_seq:
            if self._is_stopping():
                break
            self._push(first, self._outbox.batch(first, self.limit, MAX_PUSH_BYTES))

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
            known_through=state.known_through,
            epoch=state.epoch,
            cursor=self._cursor(),
            proto=[PROTO],
        )
        return self._watch.timed(lambda: self._client.hello(message)), state

    def _push(self, from_seq: int, facts: list[WireFactDict]) -> None:
        state = self._outbox.state()
        message = {
            "device_id": state.device_id,
            "incarnation": state.incarnation,
            "from_seq": from_seq,
            "prev_hash": self._outbox.hash_at(from_seq - 1),
            "journal_head": state.last_seq,
            "epoch": None if state.known_through else self.epoch,
            "events": facts,
        }
        # committed before the first byte leaves: from here on central may know these facts
        self._outbox.mark_in_flight(facts[-1]["seq"])
        try:
            answer = self._watch.timed(lambda: self._client.push(message))
        except TooLarge:
            if len(facts) == 1:
                raise
            self.limit = len(facts) // 2
        except Conflict as conflict:
            self._settle(conflict, from_seq)
        else:
            if answer.next_expected <= from_seq:
                raise ServerBroken("a push was answered but not taken")
            self.limit = min(self.limit * 2, MAX_FACTS)
            self._next_expected = answer.next_expected
            self._acknowledge(answer, state, facts)
            if answer.epoch != self.epoch:
                self.greet()  # it was restored, to just where these facts follow

    def _settle(self, conflict: Conflict, from_seq: int) -> None:
        """A gap means that central was restored, and has less than we thought or lacks facts of earlier
        lives: ask, which sends those, and go on from there. A life that has ended begins anew with them."""
        if conflict.kind == "gap":
            before = self.epoch
            self.greet()
            if self.epoch != before and not self._on_greeted:
                raise ServerBroken("central was restored while an earlier life was sent")
            if self._next_expected == from_seq and self.epoch == before:
                raise ServerBroken("central misses facts it says it has")
        else:
            self.disagreement, self._next_expected = "fork", None

    def _acknowledge(
        self,
        answer: HelloAnswer | PushAnswer,
        state: OutboxState,
        taken: Sequence[WireFactDict] = (),
    ) -> None:
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
        self._on_taken(taken)


def _disagreement(answer: HelloAnswer) -> str:
    return "" if answer.state == "ok" else answer.state
