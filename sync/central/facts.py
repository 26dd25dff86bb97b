"""Facts as central reads them: the type names it knows and what their payloads hold."""

from dataclasses import dataclass, field
from typing import TypeAlias

from pydantic import ValidationError

from sync.central.errors import is_too_deep, places
from sync.central.recompute import Finding
from sync.wire import MAX_PAYLOAD, WireFact
from sync.wire_facts import (
    AuthEventV1,
    ClockEventV1,
    DeviceRecoveredV1,
    HoldReleasedV1,
    OrderHandedOverV1,
    RefundCompletedV1,
    SaleCompletedV1,
    ShiftOpenedV1,
    ValueIssuedV1,
)

Payload: TypeAlias = (
    SaleCompletedV1
    | RefundCompletedV1
    | HoldReleasedV1
    | ValueIssuedV1
    | OrderHandedOverV1
    | ShiftOpenedV1
    | AuthEventV1
    | ClockEventV1
    | DeviceRecoveredV1
)

_TYPES: dict[str, type[Payload]] = {
    "sale.completed.v1": SaleCompletedV1,
    "refund.completed.v1": RefundCompletedV1,
    "hold.released.v1": HoldReleasedV1,
    "value.issued.v1": ValueIssuedV1,
    "order.handed_over.v1": OrderHandedOverV1,
    "shift.opened.v1": ShiftOpenedV1,
    "auth.event.v1": AuthEventV1,
    "clock.event.v1": ClockEventV1,
    "device.recovered.v1": DeviceRecoveredV1,
}


class Unreadable(Exception):
    """A fact that must be kept but cannot be used; `finding` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.finding = Finding(code, detail)


@dataclass(slots=True)
class ReadFact:
    """A fact with its payload understood; `findings` grow while it is applied. `figures` is what is
    wrong with its sums, if that was looked at before the transaction."""

    wire: WireFact
    payload: Payload
    figures: list[Finding] | None = None
    findings: list[Finding] = field(default_factory=list)


def read(fact: WireFact) -> ReadFact:
    """Understand the payload, or Unreadable."""
    if len(fact.payload.encode()) > MAX_PAYLOAD:
        raise Unreadable("too_large", f"{len(fact.payload)} characters")
    model = _TYPES.get(fact.type)
    if model is None:
        raise Unreadable("unknown_type", fact.type)
    try:
        return ReadFact(fact, model.model_validate_json(fact.payload))
    except ValidationError as error:
        where = "too deep" if is_too_deep(error) else places(error)
        raise Unreadable("payload", where) from None


def envelope(raw: object) -> WireFact:
    """The header of a fact, or Unreadable; text that no database takes counts as unreadable."""
    try:
        fact = WireFact.model_validate(raw)
    except ValidationError as error:
        kinds = {it["type"] for it in error.errors() if it["loc"] == ("payload",)}
        code = "too_large" if kinds == {"string_too_long"} else "envelope"
        raise Unreadable(code, places(error)) from None
    texts = (fact.id, fact.type, fact.boot_id, fact.actor, fact.sig or "", fact.payload)
    if "\0" in "".join(texts):
        raise Unreadable("envelope", "a NUL character")
    return fact
