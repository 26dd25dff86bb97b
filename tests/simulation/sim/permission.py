"""How a desk asks central for permission."""

from collections.abc import Mapping
from typing import Any

from pos_app.store.db import Stores
from pos_app.store.journal import Journal
from sync.errors import CentralError
from sync.wire_commands import CommandAnswer
from tests.simulation.sim.network import Line


class OfThePast(CentralError):
    """The answer is from a history that this till knows to be over."""


def ask(stores: Stores, line: Line, command_id: str, wish: Mapping[str, Any]) -> CommandAnswer:
    """Central's answer; raises CentralError, and then the same again, under the same id, is right.

    An answer that a restore has overtaken permits nothing: since it was given the till may have told
    the restored central that it has nothing more to send, and another till may have been granted
    the same. Until the till knows the new epoch it has told nothing, so what it records is waited for.
    """
    answer = line.command(command_id, wish)
    if Journal(stores).state().epoch not in (None, answer.epoch):
        raise OfThePast(f"{command_id} was answered before a restore")
    return answer
