"""An addon for mitmdump, in mitmdump's own Python: what central answered arrives as something else.

Central has done what it was asked before any of this happens.
"""

import os
import random
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("OMNITILL_SPOILING", "."))
KINDS = ("bad_gateway", "error", "html", "half", "empty", "later", "hang_up")


def responseheaders(flow: Any) -> None:
    """Hints come one by one, for ever."""
    if "event-stream" in flow.response.headers.get("content-type", ""):
        flow.response.stream = True


def response(flow: Any) -> None:
    answer, file = flow.response, FOLDER / "share"
    share = float(file.read_text(encoding="ascii") or 0) if file.exists() else 0.0
    if answer.stream or random.random() >= share:
        return
    kind = random.choice(KINDS)
    with (FOLDER / "done").open("a", encoding="ascii") as done:
        done.write(f"{kind}:{flow.request.path.partition('?')[0]}\n")
    if kind == "hang_up":
        flow.kill()
    elif kind == "html":
        answer.content, answer.headers["content-type"] = b"<html>Log in first</html>", "text/html"
    elif kind == "half":
        answer.content = answer.content[: len(answer.content) // 2]
    elif kind == "empty":
        answer.content = b""
    else:
        answer.status_code = {"bad_gateway": 502, "error": 500, "later": 503}[kind]
        answer.headers["retry-after"] = "0"
