"""A day of the fleet: enrol, sell, lose answers, send the rest, and look at what it cost."""

import asyncio
import gc
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson
from sqlalchemy import Connection, Engine

from sync.central import auth, db
from sync.central.identity import now_ms
from sync.keys import new_key
from tests.perf.measure import quantile
from tests.simulation.fleet import shop
from tests.simulation.fleet.audit import audit
from tests.simulation.fleet.goods import Pattern, Places, patterns
from tests.simulation.fleet.line import Line
from tests.simulation.fleet.served import Served, busy_s, processor_s
from tests.simulation.fleet.till import USUAL, Figures, FleetTill, Weather

P99_MS = 500.0
GROWTH = 0.10
DRAIN_S = 120.0
_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """So many tills, each a sale every so many seconds on average, for so long."""

    tills: int
    seconds: float
    every_s: float = 1.0
    seed: int = 1
    weather: Weather = USUAL

    @property
    def shops(self) -> int:
        return -(-self.tills // shop.TILLS_EACH)

    @property
    def look_s(self) -> float:
        """Between two looks at the server's memory."""
        return min(10.0, self.seconds / 12)


@dataclass(slots=True)
class Day:
    """What happened; `complaints` is empty when nothing was lost or doubled."""

    figures: Figures = field(default_factory=Figures)
    tills: list[FleetTill] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    costs: dict[str, float] = field(default_factory=dict)
    unsent_at_close: int = 0
    drained_s: float = 0.0
    complaints: list[str] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        counts = self.figures.counts
        start, end = _quarters(self.memory_mb)
        growth = end / start - 1
        facts = sum(till.seq for till in self.tills)
        pushes = _figures(self.figures.push_ms)
        return {
            "tills": len(self.tills),
            "facts": facts,
            "facts_per_push": round(facts / max(len(self.figures.push_ms), 1), 2),
            "push_ms": pushes,
            "push_p99_ms_by_twentieth": _over_time(self.figures.push_ms),
            "sold_to_accepted_ms": _figures(self.figures.age_ms),
            "unsent_at_close": self.unsent_at_close,
            "drained_s": round(self.drained_s, 1),
            "resent": counts["sent"] - facts,
            "counts": dict(sorted(counts.items())),
            "central_mb": [round(it, 1) for it in self.memory_mb],
            "central_mb_first_last_quarter": [round(start, 1), round(end, 1)],
            "growth_percent": round(growth * 100, 1),
            "slope_mb_per_min": round(self.costs["slope"], 3),
            "processor_s": {k: round(v, 1) for k, v in self.costs.items() if k != "slope"},
            "wrong": len(self.complaints),
            "complaints": self.complaints[:20],
            "met": not self.complaints and pushes["p99"] <= P99_MS and abs(growth) <= GROWTH,
        }


async def play(plan: Plan, central: Served, engine: Engine) -> Day:
    """Everything up to the audit."""
    day, goods = Day(), patterns()
    await _enrol_all(plan, central, engine, goods, day)
    loop = asyncio.get_running_loop()
    gc.collect()
    gc.freeze()  # what is made by now stays; looking through it again would be measured, too
    before = central.processor_s(), processor_s(os.getpid()), busy_s()
    start = loop.time()
    end = start + plan.seconds
    looking = loop.create_task(_look(central, plan.look_s, day.memory_mb))
    await asyncio.gather(*(till.work(plan.every_s, end) for till in day.tills))
    looking.cancel()
    day.costs = {
        "central": central.processor_s() - before[0],
        "tills": processor_s(os.getpid()) - before[1],
        "whole machine": busy_s() - before[2],
        "wall": loop.time() - start,
        "slope": _slope(day.memory_mb, plan.look_s / 60),
    }
    day.unsent_at_close = sum(till.unsent for till in day.tills)
    closed = loop.time()
    await asyncio.gather(*(till.drain(closed + DRAIN_S) for till in day.tills))
    day.drained_s = loop.time() - closed
    for till in day.tills:
        till.hang_up()
    gc.unfreeze()
    day.complaints = [*_odd(day.figures), *audit(engine, day.tills)]
    return day


def _odd(figures: Figures) -> list[str]:
    """What an honest till never hears; 401, 429 and 503 are part of the day."""
    plain = {f"answered {status}" for status in (401, 429, 503)}
    told = [it for it in figures.counts if it.startswith("answered") and it not in plain]
    told += [it for it in ("not plainly taken", "taken back") if figures.counts[it]]
    return [f"{it}: {figures.counts[it]} times" for it in told]


async def _enrol_all(
    plan: Plan, central: Served, engine: Engine, goods: tuple[Pattern, ...], day: Day
) -> None:
    def codes(conn: Connection) -> list[str]:
        return [
            auth.new_code(conn, shop.store_no(at // shop.TILLS_EACH), _till_no(at), now_ms())
            for at in range(plan.tills)
        ]

    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(at: int, code: str) -> FleetTill:
        async with gate:
            line, key = Line("127.0.0.1", central.port), new_key()
            message = orjson.dumps({"code": code, "pubkey": key.public})
            status, answer = await line.post("/v1/enrol", message)
            if status != 200:
                raise AssertionError(answer)
            found = orjson.loads(answer)
            number = at // shop.TILLS_EACH
            prefix = f"{shop.store_no(number)}-{_till_no(at)}"
            places = Places(found["store_id"], shop.place_id(number), prefix)
            dice = Random(plan.seed * 1_000_003 + at)
            who = line, key, found["device_id"], places, goods
            till = FleetTill(*who, plan.weather, dice, day.figures)
            await (
                till.send()
            )  # greets: its token and its connection are there before the day begins
            return till

    made = db.write(engine, codes)
    day.tills = list(await asyncio.gather(*(one(at, code) for at, code in enumerate(made))))


def _till_no(at: int) -> str:
    return str(at % shop.TILLS_EACH + 1)


async def _look(central: Served, every_s: float, samples: list[float]) -> None:
    while True:
        await asyncio.sleep(every_s)
        samples.append(central.resident_mb())


def _quarters(samples: Sequence[float]) -> tuple[float, float]:
    """Means of the first and of the last quarter."""
    some = max(len(samples) // 4, 1)
    return sum(samples[:some]) / some, sum(samples[-some:]) / some


def _slope(samples: Sequence[float], step: float) -> float:
    """Least squares, per unit of `step`, over the whole day."""
    middle = (len(samples) - 1) / 2
    mean = sum(samples) / len(samples)
    spread = sum((at - middle) ** 2 for at in range(len(samples)))
    rise = sum((at - middle) * (it - mean) for at, it in enumerate(samples))
    return rise / spread / step if spread else 0.0


def _over_time(samples: list[float]) -> list[float]:
    """The p99 of each twentieth: whether it was slow always, ever more, or now and then."""
    size = -(-len(samples) // 20)
    parts = (samples[at : at + size] for at in range(0, len(samples), size))
    return [round(quantile(part, 0.99), 1) for part in parts]


def _figures(samples: list[float]) -> dict[str, float]:
    found = {f"p{part}": round(quantile(samples, part / 100), 1) for part in (50, 95, 99)}
    return found | {"max": round(max(samples), 1)}
