"""From a scanned code to what it leads to: goods in the basket, a question, or a refusal."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from pos_app.domain.catalog import Unit, Variant
from pos_app.domain.errors import NotAllowed, NotNow, QuantityOutOfRange, RuleError
from pos_app.domain.events import ChooseVariant, CodeRefused, CodeUnknown, Event
from pos_app.domain.measure import priced_weight
from pos_app.domain.money import ONE, Money, Qty
from pos_app.services.codes import CodeKind, CodeRead
from pos_app.services.needs import CatalogReader

REFUSED = {
    CodeKind.EMPTY: "garbled",
    CodeKind.GARBLED: "garbled",
    CodeKind.TOO_LONG: "too_long",
    CodeKind.RECEIPT: "not_a_product",
    CodeKind.STAFF_BADGE: "not_a_product",
    CodeKind.PICKUP: "not_a_product",
}
"""Kinds no basket can take, and the reason a CodeRefused gives."""

AskCentral = Callable[[str, Callable[[bool | None], None]], None]
"""Ask the server for a code the replica lacks; the answer comes on the same thread: is it here now?
None when the server could not be asked."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of a variant, and the price if the code itself states one."""

    qty: Qty | None
    price: Money | None


def find(catalog: CatalogReader, read: CodeRead) -> tuple[Variant, ...]:
    """The variants under the first key that anything carries."""
    for key in read.keys:
        if variants := catalog.find(key):
            return variants
    return ()


def wanted(variant: Variant, read: CodeRead, pending: Qty | None) -> Wanted:
    """What label and keyed quantity say together: three labels of 0.5 kg are 1.5 kg.

    A price on the label of goods by weight gives the weight; on a piece it is the price of one.
    """
    if not (read.weight or read.price or read.count):
        return Wanted(pending, None)
    times = _labels(pending) * (read.count or 1)
    if variant.unit is Unit.PIECE:
        return Wanted(times * ONE, read.price)
    if read.weight:
        return Wanted(read.weight * times, None)
    if read.price and variant.price is not None:
        return Wanted(*priced_weight(variant.price, read.price * times))
    return Wanted(None, None)


def _labels(pending: Qty | None) -> int:
    """A keyed quantity before a label counts labels."""
    if pending is None:
        return 1
    if pending % ONE:
        raise QuantityOutOfRange(f"{pending} thousandths of a label")
    return pending // ONE


class Scanning:
    """Leads codes to events. It tells nobody anything itself, so that nothing is told too early."""

    def __init__(
        self,
        catalog: CatalogReader,
        ask: AskCentral,
        check: Callable[[], object],
        sell: Callable[[Variant, Qty | None, Money | None], Event],
    ) -> None:
        """`check` raises while nothing may be sold; `sell` adds goods or asks for what is missing."""
        self._catalog = catalog
        self._ask = ask
        self._check = check
        self._sell = sell
        self._asked: set[str] = set()

    def outcome(self, read: CodeRead, pending: Qty | None) -> Event:
        """What a code leads to; goods are added already."""
        try:
            self._check()
            return self._offered(read, pending)
        except NotNow as error:
            return CodeRefused(read.text, error.reason)
        except NotAllowed:
            return CodeRefused(read.text, "not_allowed")
        except RuleError:
            return CodeRefused(read.text, "quantity")

    def ask_central(
        self,
        read: CodeRead,
        pending: Qty | None,
        still_wanted: Callable[[], bool],
        tell: Callable[[Event], None],
    ) -> None:
        """Ask once per code at a time: an impatient second scan is not a second piece.

        An answer that comes when the basket is another's is dropped.
        """
        code = read.keys[0]
        if code in self._asked:
            return
        self._asked.add(code)

        def answered(found: bool | None) -> None:
            if code not in self._asked:
                return
            self._asked.remove(code)
            if still_wanted():
                tell(self._after_asking(read, pending, found))

        self._ask(code, answered)

    def _after_asking(self, read: CodeRead, pending: Qty | None, found: bool | None) -> Event:
        if found is None:
            return CodeUnknown(read.text, no_answer=True)
        event = self.outcome(read, pending) if found else CodeUnknown(read.text)
        return replace(event, asked_central=True) if isinstance(event, CodeUnknown) else event

    def _offered(self, read: CodeRead, pending: Qty | None) -> Event:
        if read.kind in REFUSED:
            return CodeRefused(read.text, REFUSED[read.kind])
        variants = find(self._catalog, read)
        if not variants and read.kind is CodeKind.CHECK_DIGIT:
            return CodeRefused(read.text, "check_digit")
        if not variants:
            return CodeUnknown(read.text)
        how = wanted(variants[0], read, pending)
        if len(variants) > 1:
            return ChooseVariant(read.text, variants, how.qty, how.price)
        return self._sell(variants[0], how.qty, how.price)
