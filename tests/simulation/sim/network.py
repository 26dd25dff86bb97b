"""The line between a till and central: it loses, doubles, delays, reorders and cuts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson

from sync.answers import checked, decoded, parsed
from sync.errors import ServerBroken, Unreachable
from sync.ports import LookedUp, Page
from sync.seals import sealed
from sync.wire import HelloAnswer, HelloRequest, PushAnswer
from sync.wire_commands import CommandAnswer
from tests.simulation.sim.asked import Asked, ServerCrashed
from tests.simulation.sim.central import Central
from tests.simulation.sim.shop import KEY
from tests.simulation.sim.world import World

_LATE_MS = 20_000


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad the network is in a seed: shares of messages."""

    lost: float
    reply_lost: float
    doubled: float
    cut: float
    delay_ms: int


def weather(dice: Random) -> Weather:
    """A quarter of all seeds have a good network: other faults must show without its noise."""
    if dice.random() < 0.25:
        return Weather(0.0, 0.0, 0.0, 0.0, 50)
    bad = dice.choice((0.05, 0.15, 0.4))
    lost, reply_lost, doubled, cut = (dice.random() * bad for _ in range(4))
    return Weather(lost, reply_lost, doubled, cut, dice.choice((20, 400, 4_000)))


class Line:
    """Satisfies what the exchange needs of `sync.client.CentralClient`; answers are judged by the
    client's own rules."""

    def __init__(
        self,
        world: World,
        central: Central,
        skies: Weather,
        who: tuple[str, str],
        still_alive: Callable[[], None],
        sending: Callable[[int, int], None],
    ) -> None:
        """`still_alive` raises when the till fell while it waited; `sending` hears of every push."""
        self._world = world
        self._central = central
        self._skies = skies
        self._store_id, self._device_id = who
        self._still_alive = still_alive
        self._sending = sending
        self.is_cut = False
        self.is_last_push = False
        """The line is cut once the next push is answered."""

    def hello(self, message: HelloRequest) -> HelloAnswer:
        return parsed(HelloAnswer, self._ask("hello", message.model_dump_json().encode()))

    def push(self, message: Mapping[str, Any]) -> PushAnswer:
        self._sending(message["incarnation"], message["events"][-1]["seq"])
        batch = {**message, "events": sealed(message["events"], KEY)}
        answer = parsed(PushAnswer, self._ask("events", orjson.dumps(batch)))
        self.is_cut = self.is_cut or self.is_last_push
        return answer

    def changes(self, cursor: str, limit: int, again: Sequence[str] = ()) -> Page:
        # pages small enough to need several, so that a fill can break in the middle
        limit = self._world.dice.choice((3, 10, limit))
        return decoded(self._ask("changes", orjson.dumps([cursor, limit, list(again)])))

    def command(self, command_id: str, request: Mapping[str, Any]) -> CommandAnswer:
        """Ask for permission; after a failure the same again is right."""
        return parsed(CommandAnswer, self._ask("command", orjson.dumps([command_id, request])))

    def own_facts(self, incarnation: int, from_seq: int) -> list[dict[str, Any]]:
        """What a till that was put back asks for."""
        asked = orjson.dumps([incarnation, from_seq])
        found: list[dict[str, Any]] = decoded(self._ask("own", asked))["events"]
        return found

    def lookup(self, code: str) -> LookedUp:
        """Its answer may be older than a page that overtakes it."""
        found = decoded(self._ask("lookup", code.encode()))
        return LookedUp(found["epoch"], found["blocks"])

    def _ask(self, path: str, content: bytes) -> bytes:
        asked = Asked(path, self._store_id, self._device_id, content)
        world, skies = self._world, self._skies
        self._travel()
        if self.is_cut or world.chance(skies.lost):
            world.fault(f"lost: {path} of {self._device_id}")
            raise Unreachable("lost on the way")
        if world.chance(skies.doubled):
            world.fault(f"doubled: {path} of {self._device_id}")
            world.at(world.dice.randrange(_LATE_MS), lambda: self._stray(asked))
        try:
            status, answer = self._central.answer(asked)
        except ServerCrashed:
            self._still_alive()
            raise (Unreachable if world.dice.random() < 0.5 else ServerBroken)("crashed") from None
        self._travel()
        if self.is_cut or world.chance(skies.reply_lost):
            world.fault(f"reply lost: {path} of {self._device_id}")
            raise Unreachable("the reply was lost")
        if world.chance(skies.cut):
            world.fault(f"reply cut: {path} of {self._device_id}")
            answer = answer[: len(answer) // 2]
        return checked(status, {}, answer)

    def _travel(self) -> None:
        delay = 20 if self._world.is_healed else self._skies.delay_ms
        self._world.pass_time(self._world.dice.randrange(1, delay))
        self._still_alive()

    def _stray(self, asked: Asked) -> None:
        """A copy that arrives late; nobody waits for its answer."""
        try:
            self._central.answer(asked)
        except ServerCrashed:
            self._world.note("the server crashed under a stray message")
