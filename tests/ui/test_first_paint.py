"""Only QtWidgets and what sign-in needs is imported before the first paint (floors.md 1)."""

import subprocess
import sys

HEAVY = ("sqlalchemy", "httpx", "pydantic", "escpos", "babel", "biip", "serial", "PIL", "orjson")
SCRIPT = f"""
import sys
from PySide6.QtWidgets import QApplication
app = QApplication([])
from pos_app.ui import theme
theme.install(app)
from pos_app.ui.signals import AppSignals
from pos_app.ui.main_window import MainWindow
from pos_app.ui.screens.signin import SignInScreen
from dataclasses import make_dataclass
Tile = make_dataclass("Tile", ["staff_id", "name", "role", "pin_length"])
window = MainWindow(AppSignals())
window.resize(1366, 768)
window.add_screen("signin", SignInScreen([Tile("1", "Jana N.", "Cashier", 4)]))
window.show()
window.grab()
heavy = [name for name in {HEAVY!r} if name in sys.modules]
ours = [name for name in sys.modules if name.startswith(("pos_app.services", "pos_app.store", "sync"))]
sys.exit(", ".join(heavy + ours) or 0)
"""


def test_the_first_paint_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr
