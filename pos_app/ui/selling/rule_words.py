"""Words for what the till refuses: what happened, what it means for this sale, what to do now."""

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from pos_app.domain.errors import (
    AmountOutOfRange,
    DiscountTooLarge,
    NotAllowed,
    NotNow,
    QuantityOutOfRange,
    RuleError,
    TenderRefused,
)
from pos_app.domain.staff import Right

_CONTEXT: Final = "Refusal"


def _say(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Refusal", text))


_BY_TYPE: Final = {
    QuantityOutOfRange: _say(
        "A line cannot hold that quantity. It stays as it was. Key a quantity from 1 to 99 999."
    ),
    AmountOutOfRange: _say(
        "That sum is more than a till can book. Nothing was changed. Check price and quantity."
    ),
    DiscountTooLarge: _say(
        "That discount is more than the goods cost. Nothing was changed. Key a smaller one."
    ),
}
_TENDERS: Final = {
    "zero": _say("No amount was keyed. Nothing was taken. Key what the customer hands over."),
    "no_such_coins": _say(
        "There are no coins for that sum. Nothing was taken. Key what the customer hands over."
    ),
    "above_due": _say(
        "A card pays at most what is still to pay. Nothing was taken. Key that amount or less."
    ),
    "change_too_large": _say(
        "The change would be very large. Nothing was taken. Check the amount, then key it again."
    ),
}
_RIGHTS: Final = {
    Right.SELL: _say("You may not sell at this till. Nothing was changed."),
    Right.DISCOUNT: _say("You may not give discounts. The price stays as it was."),
    Right.OPEN_PRICE: _say("You may not set prices. Nothing was added."),
    Right.VOID_BASKET: _say("You may not void a sale. The basket is still here."),
    Right.OPEN_SHIFT: _say("You may not open a shift. Nothing was changed."),
}
_ASK: Final = _say("Ask a colleague who may to sign in: the basket stays.")
_MOMENTS: Final = {
    "locked": _say("The till is locked. The basket is still here. Sign in first."),
    "no_shift": _say("No shift is open. Nothing was changed. Open the shift first."),
    "tenders_taken": _say(
        "Money was already taken. The basket stays as it is. Finish or remove the payments first."
    ),
    "empty": _say("The basket is empty. There is nothing to do this with. Scan the first item."),
    "basket_in_use": _say(
        "There are goods in the basket. The held sale stays held. Hold or finish this sale first."
    ),
    "unknown_article": _say(
        "This article is not sold any more. Nothing was added. Search for another one."
    ),
    "not_held": _say("That sale is not held any more. Nothing was changed. Open the list again."),
}
_OTHER: Final = _say("This is not possible now. Nothing was changed.")


def refusal(error: RuleError) -> str:
    """The whole message, in the person's language."""
    match error:
        case NotAllowed(right=right):
            what = next((text for key, text in _RIGHTS.items() if key == right), _OTHER)
            return f"{_tr(what)} {_tr(_ASK)}"
        case NotNow(reason=reason):
            return _tr(_MOMENTS.get(reason, _OTHER))
        case TenderRefused(reason=reason):
            return _tr(_TENDERS.get(reason, _OTHER))
    return _tr(_BY_TYPE.get(type(error), _OTHER))


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
