"""A TCP proxy that cuts, swallows, slows and stops what passes, in a thread of its own.

It knows no HTTP. What the client sends after an answer begins a new request, and with each request a
fault is drawn, or none; what it does happens in the middle of the bytes, wherever that is.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from random import Random

_MOST, _DRIP, _DRIP_S, _DELAY_S = 65536, 700, 0.01, 0.1


class Fault(StrEnum):
    NONE = "none"
    REFUSE = "reset as soon as connected"
    CUT_REQUEST = "reset amid the request"
    LOSE_ANSWER = "reset when central has answered, so has committed"
    CUT_ANSWER = "reset amid the answer"
    TRUNCATE = "the answer ends early, with a proper end"
    HALF_OPEN = "silence: the request arrives nowhere"
    HALF_ANSWERED = "silence after central has taken the request"
    DELAY = "everything comes late"
    DRIP = "everything comes in drops"


FAULTS = tuple(it for it in Fault if it is not Fault.NONE)


@dataclass(slots=True)
class _Wire:
    """One connection of the till, its other half to central, and what goes wrong now."""

    till: asyncio.StreamWriter
    central: asyncio.StreamWriter
    fault: Fault = Fault.NONE
    is_answered: bool = True


class Proxy:
    """Draws from `faults` for this `share` of the requests; both may be changed from any thread."""

    def __init__(self, port: int, dice: Random) -> None:
        self.faults: Sequence[Fault] = FAULTS
        self.share = 0.0
        self.done: Counter[Fault] = Counter()
        self._port, self._dice = port, dice
        self._loop = asyncio.new_event_loop()
        self._passing: set[asyncio.Task[None]] = set()

    @contextmanager
    def running(self) -> Iterator[str]:
        """Gives its address."""
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        thread = threading.Thread(target=self._loop.run_forever, name="proxy")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            asyncio.run_coroutine_threadsafe(self._end(server), self._loop).result(10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    async def _end(self, server: asyncio.Server) -> None:
        server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def _accept(self, requests: asyncio.StreamReader, till: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._connect(requests, till))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)

    async def _connect(self, requests: asyncio.StreamReader, till: asyncio.StreamWriter) -> None:
        try:
            if Fault.REFUSE in self.faults and self._dice.random() < self.share / 2:
                self.done[Fault.REFUSE] += 1
                raise ConnectionRefusedError
            answers, central = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            till.transport.abort()
            return
        wire = _Wire(till, central)
        ways = [
            asyncio.ensure_future(it) for it in (self._up(wire, requests), _down(wire, answers))
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for end in (till, central):
                end.close()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (till, central):
                # what nobody takes would keep the connection open beyond the loop
                with suppress(OSError, TimeoutError):
                    await asyncio.wait_for(end.wait_closed(), 1)
                end.transport.abort()

    async def _up(self, wire: _Wire, requests: asyncio.StreamReader) -> None:
        while data := await requests.read(_MOST):
            is_first, wire.is_answered = wire.is_answered, False
            if is_first:
                wire.fault = self._drawn()
                self.done[wire.fault] += 1
            # a head often comes by itself: half of the cuts fall into the body behind it
            is_now = not is_first or len(data) > _DRIP or self._dice.random() < 0.5
            if wire.fault is Fault.CUT_REQUEST and is_now:
                await _send(wire.central, data[: self._dice.randrange(len(data))], Fault.NONE)
                wire.till.transport.abort()
                raise ConnectionAbortedError
            if wire.fault is not Fault.HALF_OPEN:
                await _send(wire.central, data, wire.fault)
        raise ConnectionAbortedError

    def _drawn(self) -> Fault:
        if self._dice.random() >= self.share:
            return Fault.NONE
        choice = [it for it in self.faults if it is not Fault.REFUSE]
        return min(choice, key=lambda it: (self.done[it], self._dice.random()))


async def _down(wire: _Wire, answers: asyncio.StreamReader) -> None:
    while data := await answers.read(_MOST):
        wire.is_answered = True
        if wire.fault is Fault.HALF_ANSWERED:
            continue
        part = {Fault.LOSE_ANSWER: 0, Fault.CUT_ANSWER: len(data) // 2, Fault.TRUNCATE: -1}
        await _send(wire.till, data[: part.get(wire.fault)], wire.fault)
        if wire.fault in (Fault.LOSE_ANSWER, Fault.CUT_ANSWER):
            wire.till.transport.abort()
        if wire.fault in part:
            break
    raise ConnectionAbortedError


async def _send(to: asyncio.StreamWriter, data: bytes, fault: Fault) -> None:
    await asyncio.sleep(_DELAY_S if fault is Fault.DELAY else 0)
    step = _DRIP if fault is Fault.DRIP else _MOST
    with suppress(OSError):
        for at in range(0, len(data), step):
            to.write(data[at : at + step])
            await to.drain()
            await asyncio.sleep(_DRIP_S if fault is Fault.DRIP else 0)
