"""What a till may ask before it believes or has a token: the time, and who certifies this server."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from sync import wire
from sync.central.authority import Shown
from sync.central.errors import Refusal
from sync.central.identity import identity, now_ms, signing_key
from sync.central.routes import Central, CentralDep, problems
from sync.keys import DeviceKey, pins_message, time_message

proving = APIRouter(prefix="/v1")
Nonce = Annotated[str, Query(max_length=64, pattern="^[0-9A-Za-z_-]*$")]


@proving.get("/time", responses={422: {"model": wire.Problem}})
def server_time(request: Request, central: CentralDep, nonce: Nonce = "") -> wire.TimeAnswer:
    """For a till whose clock is too far off to be given a token; signed for the nonce it sends."""
    epoch = central.read(lambda c: identity(c).epoch)
    at_ms = now_ms()
    sig = _key(request, central).sign(time_message(nonce, at_ms)) if nonce else ""
    return wire.TimeAnswer(epoch=epoch, server_time_ms=at_ms, sig=sig)


@proving.get("/authority", responses={404: problems[404]})
def authority(request: Request, central: CentralDep) -> wire.AuthorityAnswer:
    """The certificate of the authority behind this server, and its signed pins. It proves itself."""
    shown: Shown | None = request.app.state.authority
    if shown is None:
        raise Refusal(404, "no_authority", "this server has no certificate of its own")
    return wire.AuthorityAnswer(
        epoch=central.read(lambda c: identity(c).epoch),
        server_time_ms=now_ms(),
        certificate=shown.certificate,
        pins=list(shown.pins),
        made_at_ms=shown.made_at_ms,
        sig=_key(request, central).sign(pins_message(shown.pins, shown.made_at_ms)),
    )


def _key(request: Request, central: Central) -> DeviceKey:
    """Read once for each process: it never changes, and anybody may ask."""
    state = request.app.state
    state.signing_key = getattr(state, "signing_key", None) or central.write(signing_key)
    key: DeviceKey = state.signing_key
    return key
