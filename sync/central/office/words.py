"""What each code means to a person: which rule was broken, and what to do about it."""

from typing import Final, NamedTuple


class Words(NamedTuple):
    rule: str
    to_do: str


_UPDATE = (
    "Update central, then replay it. Until then its goods and money are missing in the figures."
)
_FIGURES = (
    "It is booked as the till sold it. Compare it with the paper receipt; if the customer paid the "
    "wrong amount, correct it by a refund, then settle."
)
_BY_HAND = (
    "Replaying will not help by itself. Find out who had access to the till, book what is true by "
    "hand, then settle with a note."
)
_HOLD = "Ask the cashier what was really paid out or handed over, correct it by hand, then settle."

WORDS: Final = {
    # quarantined: kept, but not booked
    "envelope": Words("The record's heading cannot be read.", _UPDATE),
    "payload": Words("The record's content does not have the form it should have.", _UPDATE),
    "too_large": Words("The record is larger than central takes.", _UPDATE),
    "unknown_type": Words("Central does not know this kind of record yet.", _UPDATE),
    "effects": Words(
        "Central failed while booking it; that is a fault of central, not of the till.",
        "Give the server's log to support. " + _UPDATE,
    ),
    "hash": Words("The record is not what the till's chain says it was: it was altered.", _BY_HAND),
    "signature": Words("The record carries a signature that is not this till's.", _BY_HAND),
    # exceptions: booked, and a rule was broken
    "figures": Words("The sale's figures are impossible.", _FIGURES),
    "sums": Words("The sale's sums do not add up.", _FIGURES),
    "line_amount": Words("Price times quantity is not the amount of a line.", _FIGURES),
    "line_tax": Words("The tax of a line is not what central computes.", _FIGURES),
    "tax_totals": Words("The tax totals are not what central computes.", _FIGURES),
    "underpaid": Words("Less was paid than the sale costs.", _FIGURES),
    "settlement": Words("Rounding or change is not what central computes.", _FIGURES),
    "tender_kind": Words("It was paid by means that central does not know.", _FIGURES),
    "duplicate_sale": Words(
        "The same sale arrived twice; the second one moved neither goods nor money.",
        "Nothing to correct. If the two differ, find out which one is on the paper, then settle.",
    ),
    "duplicate_shift": Words(
        "The same shift was opened twice.", "Compare the opening floats, then settle."
    ),
    "duplicate_refund": Words(
        "The same refund arrived twice; it was counted once.",
        "Make sure that the money went out once, then settle.",
    ),
    "duplicate_entry": Words(
        "The same gift card or credit entry arrived twice; it was counted once.",
        "Nothing to correct, unless two cards were sold. Then settle.",
    ),
    "duplicate_hand_over": Words(
        "Goods of this order were handed over twice.",
        "Count the goods and call the customer, then settle.",
    ),
    "other_store": Words(
        "The record names another store than the till's own.",
        "Check in which store the till stands and how it was enrolled, then settle.",
    ),
    "receipt_no_reused": Words(
        "The receipt number was used before in this store.",
        "Keep both receipts for the auditor and note why, then settle.",
    ),
    "unknown_sku": Words(
        "An article was sold that central does not have.",
        "Add the article or find out what was really sold, then settle.",
    ),
    "unknown_place": Words(
        "Goods were taken from a place that central does not have.",
        "Add the place or correct the stock by hand, then settle.",
    ),
    "unsigned": Words(
        "The till sent this, and what came just before it, without its signature.",
        "Check that the till runs the current program. If it does, call support. Then settle.",
    ),
    "forked_from": Words(
        "The till was put back to an earlier state and told this a second time.",
        "Compare it with the paper of that day: it must have happened once. Then settle.",
    ),
    "over_refunded": Words("More was paid back than was sold.", _HOLD),
    "unknown_hold": Words(
        "It names a reservation that central does not have. What happened was booked all the same.",
        "Fine if central was put back to a backup that day: settle. If not, ask the cashier "
        "what was really paid out, correct it by hand, then settle.",
    ),
    "hold_differs": Words("It used a reservation for something else, or for more.", _HOLD),
    "foreign_hold": Words("It names a reservation that another till holds.", _HOLD),
    "released_hold": Words("Its reservation had been given back before.", _HOLD),
    "hold_used": Words("Its reservation had been used before.", _HOLD),
    "coupon_overused": Words(
        "A coupon was used more often than it may be.",
        "Decide who bears the discount, then settle.",
    ),
    "other_currency": Words(
        "A gift card or credit was filled or spent in another currency than its own.",
        "Correct its balance by hand, then settle.",
    ),
    "negative_balance": Words(
        "A gift card or credit was spent below zero.",
        "Block the card or ask the customer for the rest, then settle.",
    ),
}
_UNHEARD_OF = Words(
    "A rule that this page has no words for.", "Show the code to support before you settle it."
)


def words(code: str) -> Words:
    return WORDS.get(code, _UNHEARD_OF)
