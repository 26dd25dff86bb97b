"""How the till names itself in the top bar: 014 Brno · Till 2."""

from PySide6.QtCore import QCoreApplication


def shop_line(store_no: str, store_name: str, till_no: str) -> str:
    """Store number, store and till."""
    till = QCoreApplication.translate("Shop", "Till {}").format(till_no)
    name = store_name.removeprefix(store_no).strip()
    return f"{store_no} {name} · {till}"
