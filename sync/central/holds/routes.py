"""The HTTP interface of requests."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool

from sync import wire_commands
from sync.central import body
from sync.central.holds import requests
from sync.central.identity import now_ms
from sync.central.openapi import takes_command
from sync.central.routes import CallerDep, CentralDep, SpeaksDep, problems

CommandId = Annotated[str, Path(pattern="^[0-9A-Za-z_-]{8,64}$")]
commands = APIRouter(prefix="/v1/commands", dependencies=[SpeaksDep], responses=problems)


@commands.put("/{command_id}", openapi_extra=takes_command())
async def put(
    request: Request, command_id: CommandId, central: CentralDep, who: CallerDep
) -> wire_commands.CommandAnswer:
    """Ask for permission. Granted and refused are final: the same request gets the same answer."""
    message = body.parse(wire_commands.CommandRequest, await body.read(request))
    return await run_in_threadpool(
        central.write, lambda c: requests.put(c, who, command_id, message, now_ms())
    )


@commands.get("/{command_id}")
def get(command_id: CommandId, central: CentralDep, who: CallerDep) -> wire_commands.CommandAnswer:
    """What became of a request whose answer was lost; 404 if it never arrived."""
    return central.read(lambda c: requests.get(c, who, command_id, now_ms()))
