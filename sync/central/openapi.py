"""The OpenAPI of bodies that routes read by themselves."""

from typing import Any

from sync import wire, wire_commands

_ARGS: dict[str, type[wire.Message]] = {
    "refund.hold": wire_commands.RefundHoldArgs,
    "value.hold": wire_commands.ValueHoldArgs,
    "coupon.hold": wire_commands.CouponHoldArgs,
    "hold.release": wire_commands.HoldReleaseArgs,
    "order.claim": wire_commands.OrderClaimArgs,
    "order.transition": wire_commands.OrderTransitionArgs,
    "custody.transfer": wire_commands.CustodyTransferArgs,
}


def takes(model: type[wire.Message]) -> dict[str, Any]:
    """A JSON body of this shape."""
    return _body(schema_of(model))


def takes_command() -> dict[str, Any]:
    """A request: what `args` holds goes by its type."""
    whole = schema_of(wire_commands.CommandRequest)
    each = [_command(whole, kind, args) for kind, args in _ARGS.items()]
    return _body({"anyOf": each})


def schema_of(model: type[wire.Message]) -> dict[str, Any]:
    """The model's JSON schema in one piece: its `$defs` would be looked for in the whole document."""
    schema = model.model_json_schema()
    defs = schema.pop("$defs", {})
    whole: dict[str, Any] = _inlined(schema, defs)
    return whole


def _command(whole: dict[str, Any], kind: str, args: type[wire.Message]) -> dict[str, Any]:
    own = {"type": {"const": kind, "type": "string"}, "args": schema_of(args)}
    return {**whole, "title": kind, "properties": whole["properties"] | own}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


def _inlined(part: Any, defs: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_inlined(it, defs) for it in part]
    if not isinstance(part, dict):
        return part
    if isinstance(part.get("$ref"), str):
        return _inlined(defs[part["$ref"].rpartition("/")[2]], defs)
    return {name: _inlined(it, defs) for name, it in part.items()}
