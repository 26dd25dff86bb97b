"""One till of the fleet: a key, a chain of facts, and the manners of the real exchange.

It greets before it sends, has one batch in flight, sends what came together meanwhile in one batch,
and after anything unclear greets and sends again from where central is. It draws no pages.
"""

import asyncio
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson
import uuid_utils

from sync.central import auth
from sync.chain import GENESIS, FactHeader, fact_hash
from sync.keys import DeviceKey, token_message
from sync.seals import sealed
from sync.wire import MAX_FACTS
from tests.simulation.fleet.goods import Pattern, Places
from tests.simulation.fleet.line import Line, LineBroken

_RENEW_S = auth.TOKEN_MS / 1000 - 60


@dataclass(frozen=True, slots=True)
class Weather:
    """Shares of all pushes."""

    lost: float = 0.01
    """The till hangs up: half of the times in the middle of the request, else before the answer."""
    repeated: float = 0.005
    """The same bytes arrive a second time."""


USUAL = Weather()


@dataclass(slots=True)
class Figures:
    """What all tills of a fleet saw; times in milliseconds."""

    push_ms: list[float] = field(default_factory=list)
    age_ms: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Waiting:
    seq: int
    hash: str
    made: float
    wire: dict[str, Any]


class FleetTill:
    """Facts are dropped once central has accepted them: what is left of them is the last hash."""

    def __init__(
        self,
        line: Line,
        key: DeviceKey,
        device_id: str,
        places: Places,
        goods: tuple[Pattern, ...],
        weather: Weather,
        dice: Random,
        figures: Figures,
    ) -> None:
        self.device_id, self.places = device_id, places
        self.seq, self.hash = 0, GENESIS.hex()
        self.accepted, self.accepted_hash = 0, GENESIS.hex()
        self.total = 0
        self.sold: Counter[str] = Counter()
        self._line, self._key, self._goods = line, key, goods
        self._weather, self._dice, self._figures = weather, dice, figures
        self._waiting: deque[_Waiting] = deque()
        self._is_sure = False
        self._token, self._token_until = "", 0.0

    @property
    def unsent(self) -> int:
        return len(self._waiting)

    async def work(self, every_s: float, end: float) -> None:
        """Sell one each `every_s` on average until the loop's clock says `end`, sending meanwhile."""
        loop = asyncio.get_running_loop()
        due = loop.time() + self._dice.uniform(0, every_s)
        while due < end:
            await asyncio.sleep(max(due - loop.time(), 0))
            while due <= loop.time() and due < end:
                self.sell()
                due += self._dice.uniform(0.5, 1.5) * every_s
            await self.send()
            while not self._is_sure and loop.time() < end:
                await self.send()  # what was unclear does not wait for the next sale

    async def drain(self, end: float) -> None:
        """Send what is left, until the loop's clock says `end`."""
        while self._waiting and asyncio.get_running_loop().time() < end:
            await self.send()

    async def send(self) -> None:
        """One attempt; what stops it is counted, and cured by the next."""
        try:
            if not self._is_sure:
                await self._greet()
            if self._waiting:
                await self._push()
        except LineBroken:
            self._figures.counts["broken"] += 1
            self._is_sure = False
            await asyncio.sleep(self._dice.uniform(0, 0.5))

    def hang_up(self) -> None:
        self._line.close()

    def sell(self) -> None:
        """Record a sale, as the journal does."""
        pattern, sale_id = self._dice.choice(self._goods), str(uuid_utils.uuid7())
        payload = pattern.filled(self.places, self.seq + 1, sale_id)
        at_ms = time.time_ns() // 1_000_000
        own = (self.seq + 1, sale_id, "sale.completed.v1", at_ms, self.seq, "boot", 0, "anna")
        header = FactHeader(self.device_id, 1, *own)
        self.hash = fact_hash(bytes.fromhex(self.hash), header, payload.encode()).hex()
        self.seq += 1
        fact = dict(zip(FactHeader._fields[2:], own, strict=True))
        wire = {**fact, "payload": payload, "hash": self.hash, "sig": None}
        self._waiting.append(_Waiting(self.seq, self.hash, time.perf_counter(), wire))
        self.total += pattern.total
        self.sold.update(dict(pattern.pieces))

    async def _push(self) -> None:
        batch = [self._waiting[at] for at in range(min(MAX_FACTS, len(self._waiting)))]
        body = orjson.dumps(
            {
                "device_id": self.device_id,
                "incarnation": 1,
                "from_seq": batch[0].seq,
                "prev_hash": self.accepted_hash,
                "journal_head": self.seq,
                "events": sealed([it.wire for it in batch], self._key),
            }
        )
        weather, chance, counts = self._weather, self._dice.random(), self._figures.counts
        counts["sent"] += len(batch)
        if chance < weather.lost:
            counts["lost"] += 1
            share = self._dice.choice([self._dice.random(), 1.0])
            await self._line.lose("/v1/events", body, await self._proof(), share)
            raise LineBroken("on purpose")
        if chance < weather.lost + weather.repeated:
            counts["repeated"] += 1
            await self._line.post("/v1/events", body, await self._proof())
        token, start = await self._proof(), time.perf_counter()
        status, answer = await self._line.post("/v1/events", body, token)
        self._figures.push_ms.append((time.perf_counter() - start) * 1000)
        await self._heard(status, answer)

    async def _greet(self) -> None:
        """Where central is; a lost answer may have been to facts that it took."""
        message = {
            "device_id": self.device_id,
            "incarnation": 1,
            "last_seq": self.seq,
            "last_hash": self.hash,
            "proto": [1],
        }
        body = orjson.dumps(message)
        self._figures.counts["greeted"] += 1
        status, answer = await self._line.post("/v1/hello", body, await self._proof())
        await self._heard(status, answer)

    async def _heard(self, status: int, answer: bytes) -> None:
        if status != 200:
            self._figures.counts[f"answered {status}"] += 1
            self._is_sure = False
            if status == 401:
                self._token = ""
            await asyncio.sleep(self._dice.uniform(0, 0.5))
            return
        found = orjson.loads(answer)
        if found.get("state", "ok") != "ok" or found.get("results"):
            self._figures.counts["not plainly taken"] += 1
        if found["accepted_through"] < self.accepted:
            self._figures.counts["taken back"] += 1
        self._take(found["accepted_through"], time.perf_counter())
        self._is_sure = True

    def _take(self, accepted: int, now: float) -> None:
        while self._waiting and self._waiting[0].seq <= accepted:
            done = self._waiting.popleft()
            self.accepted, self.accepted_hash = done.seq, done.hash
            self._figures.age_ms.append((now - done.made) * 1000)

    async def _proof(self) -> str:
        """A token, asked for with the till's key when there is none or it is old."""
        if not self._token or time.monotonic() > self._token_until:
            nonce, ts_ms = str(uuid_utils.uuid4()), time.time_ns() // 1_000_000
            sig = self._key.sign(token_message(self.device_id, nonce, ts_ms))
            message = {"device_id": self.device_id, "nonce": nonce, "ts_ms": ts_ms, "sig": sig}
            status, answer = await self._line.post("/v1/token", orjson.dumps(message))
            if status != 200:
                raise LineBroken(f"no token: {status}")
            self._token = orjson.loads(answer)["token"]
            self._token_until = time.monotonic() + _RENEW_S
        return self._token
