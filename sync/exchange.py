"""One conversation with central: compare histories, push every fact, pull every page."""

from collections.abc import Callable, Sequence

from sync.bootstrap import FirstLoad
from sync.client import CentralClient
from sync.comparing import Comparer
from sync.errors import ServerBroken
from sync.ports import Keeper, Outbox, OutboxState, Page, Replica, WireFactDict
from sync.prefetch import Fetch
from sync.sending import Sender, Stopwatch
from sync.status import StatusBoard
from sync.wire import PAGE_ROWS, HelloAnswer

SLOW_S = 2.0
"""An answer later than this is felt at the till, and said so."""


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
        self._comparer = comparer
        self._first_load = first_load
        self._watch = Stopwatch()
        self._sender = Sender(
            client,
            outbox,
            self._watch,
            is_stopping,
            self._taken,
            keeper,
            self._greeted,
            replica.cursor,
        )
        self._epoch_of_earlier = ""
        self._is_doubtful = False
        self.positions: dict[str, int] = {}
        """How far each stream is pulled."""

    def round(self) -> None:
        """Everything there is to do now. Raises what stopped it; nothing done is lost by that."""
        self._watch.slowest_s = 0.0
        try:
            self._send()
            self._pull_all()
            if self._is_doubtful:
                self._send()
        except Exception:
            # what central has now is unknown, or could not be written down: ask before anything is
            # sent again
            self._sender.forget()
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
        if not self._sender.is_sure or self._is_doubtful:
            self._is_doubtful = False
            self._sender.greet()
        self._push_all()

    def _greeted(self, answer: HelloAnswer, said: OutboxState) -> None:
        """In a history that is new to this till the lives before this one come first, so that
        central has all facts in the order in which they happened here."""
        if answer.epoch != self._epoch_of_earlier:
            if not all(self._is_sent(life, answer.epoch) for life in self._outbox.earlier()):
                self.doubt()
                return
            self._epoch_of_earlier = answer.epoch
        if answer.recovering and said.epoch != answer.epoch:
            self.doubt()  # only who names the epoch says: in this one, this is all there is

    def _is_sent(self, life: Outbox, epoch: str) -> bool:
        """Whether a life that has ended was sent in this epoch; if a newer one has begun, all begin
        anew. Where central has the life otherwise, today's has told it again."""
        sender = Sender(self._client, life, self._watch, self._is_stopping, self._taken)
        sender.limit = self._sender.limit
        sender.greet()
        if sender.epoch != epoch:
            return False
        sender.push_all()
        return True

    def _push_all(self) -> None:
        self._sender.push_all()
        self.refresh_figures()

    def _taken(self, facts: Sequence[WireFactDict]) -> None:
        if self._comparer and any(it["type"] == "shift.opened.v1" for it in facts):
            self._comparer.soon()
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
        page = self._watch.timed(Fetch(self._client, cursor, PAGE_ROWS, again).result)
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
        swept = self._replica.apply(page)
        self.positions = dict(page["positions"])
        if page["epoch"] != self._sender.epoch:
            self.doubt()  # a till that has nothing new to send would not notice for hours
        if page["has_more"]:
            self._board.filling(sum(self.positions.values()), sum(page["heads"].values()))
        changed = swept | {block["entity"] for block in page["blocks"] if block["rows"]}
        if changed:
            self._on_replica_changed(changed)

    def _report_contact(self) -> None:
        if self._sender.disagreement:
            self._board.observe("fork", self._sender.disagreement)
        else:
            self._board.observe("slow" if self._watch.slowest_s > SLOW_S else "online")
