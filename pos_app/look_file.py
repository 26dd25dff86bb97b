"""The look somebody chose at the till, kept in `look.json` beside the till's files."""

import json
import logging
from dataclasses import asdict
from pathlib import Path

from pos_app.ui.theme import Look
from pos_app.ui.tokens import TEXT_SCALES, ThemeName

_NAME = "look.json"
log = logging.getLogger(__name__)


def kept_look(data_dir: Path, default: Look) -> Look:
    """What was chosen last; `default` where nothing was, or where the file says nothing useful."""
    try:
        said = json.loads((data_dir / _NAME).read_text(encoding="utf-8"))
        text_scale = said["text_scale"]
        if text_scale not in TEXT_SCALES:
            return default
        left_handed, reduce_motion = said["left_handed"] is True, said["reduce_motion"] is True
        return Look(ThemeName(said["name"]), text_scale, left_handed, reduce_motion)
    except FileNotFoundError:
        return default
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.info("%s cannot be used: %s", _NAME, error)
        return default


def keep_look(data_dir: Path, look: Look) -> None:
    """Half a file is never seen; a look that cannot be kept is for today only."""
    path = data_dir / _NAME
    half = path.with_suffix(".new")
    try:
        half.write_text(json.dumps(asdict(look)), encoding="utf-8")
        half.replace(path)
    except OSError as error:
        log.info("the look cannot be kept: %s", error)
