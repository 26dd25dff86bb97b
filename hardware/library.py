"""python-escpos and the code makers it brings, loaded with the first job: 0.2 s."""

import importlib
import os
import pickle
import shutil
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import platformdirs

PICKLE_DIR = "ESCPOS_CAPABILITIES_PICKLE_DIR"

DAMAGED = (
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    ImportError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
)

_lock = threading.Lock()
_loaded: dict[str, ModuleType] = {}


def escpos(module: str) -> ModuleType:
    """`escpos("printer")` is the module `escpos.printer`."""
    with _lock:
        if "capabilities" not in _loaded:
            _loaded["capabilities"] = _import_capabilities()
        if module not in _loaded:
            _loaded[module] = importlib.import_module(f"escpos.{module}")
        return _loaded[module]


def code_maker(module: str) -> ModuleType:
    """`qrcode` and `barcode` come with python-escpos; they have no types."""
    return importlib.import_module(module)


def _import_capabilities() -> ModuleType:
    """Import with its pickle cache in our cache folder.

    The library writes its pickle in place, where a second process may read it half written, and
    makes a temporary directory it never removes. So both go to a scratch folder of this process;
    the finished pickle is then moved to where the next start finds it.
    """
    cache = Path(platformdirs.user_cache_dir("omnitill")) / "escpos"
    cache.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=cache))
    for ready in cache.glob("*.pickle"):
        shutil.copy(ready, scratch)
    try:
        module = _import_from(scratch)
        for made in scratch.glob("*.pickle"):
            made.replace(cache / made.name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return module


def _import_from(scratch: Path) -> ModuleType:
    before = os.environ.get(PICKLE_DIR), tempfile.tempdir
    os.environ[PICKLE_DIR], tempfile.tempdir = str(scratch), str(scratch)
    try:
        with suppress(*DAMAGED):  # load the database itself
            return importlib.import_module("escpos.capabilities")
        for damaged in scratch.glob("*.pickle"):
            damaged.unlink()
        return importlib.import_module("escpos.capabilities")
    finally:
        _restore(*before)


def _restore(pickle_dir: str | None, tempdir: str | None) -> None:
    tempfile.tempdir = tempdir
    if pickle_dir is None:
        os.environ.pop(PICKLE_DIR, None)
    else:
        os.environ[PICKLE_DIR] = pickle_dir
