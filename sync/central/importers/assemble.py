"""From articles as found to products and variants that can be sold, or a reason why not."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pos_app.domain.tax import TaxRate
from sync.central.importers.articles import Article, Catalogue, NewProduct, NewVariant
from sync.central.importers.checks import Notes, codes_of, name_of, price_in, sku_of, stock_in
from sync.central.importers.errors import RowRefused
from sync.central.importers.report import Report
from sync.central.importers.rules import Rules
from sync.central.importers.wording import fitted, plain, shortened

MAX_ID = 64
MAX_WORD = 60
"""Characters of a category, a brand, an option."""


def assemble(
    articles: Iterable[Article], rules: Rules, report: Report, tax_rates: tuple[TaxRate, ...] = ()
) -> Catalogue:
    """Check every article; good ones become variants in the order of the file."""
    building = _Building(rules, report)
    for article in articles:
        building.take(article)
    report.accepted = len(building.variants)
    products = tuple(draft.product() for draft in building.products.values())
    return Catalogue(products, tuple(building.variants), tax_rates, report)


@dataclass(slots=True)
class _Draft:
    """A product while its variants are being found."""

    product_id: str
    name: str
    category: str
    brand: str
    count: int = 0
    axes: list[str] = field(default_factory=list)
    line_of: dict[tuple[tuple[str, str], ...], int] = field(default_factory=dict)

    def product(self) -> NewProduct:
        return NewProduct(self.product_id, self.name, self.category, self.brand, tuple(self.axes))


class _Building:
    """What has been accepted so far, so that doubles are seen."""

    def __init__(self, rules: Rules, report: Report) -> None:
        self._rules = rules
        self._report = report
        self._line_of_sku: dict[str, int] = {}
        self._sku_of_code: dict[str, str] = {}
        self.products: dict[str, _Draft] = {}
        self.variants: list[NewVariant] = []

    def take(self, article: Article) -> None:
        """Accept the article or refuse it; its notes count only when it is accepted."""
        notes: Notes = list(article.notes)
        try:
            sku = self._accept(article, notes)
        except RowRefused as refused:
            self._report.refuse(article.line, refused.kind, str(refused), article.sku)
            return
        for kind, message in notes:
            self._report.notice(article.line, kind, message, sku)

    def _accept(self, article: Article, notes: Notes) -> str:
        name = name_of(article.name, notes)
        sku = sku_of(article, notes)
        price = price_in(article, self._rules, notes)
        tax_code = self._tax_code(article.tax)
        self._only_once(sku, article.line)
        codes = codes_of(article.barcodes, notes)
        self._note_shared(codes, sku, notes)
        options = tuple((_word(axis), _word(value)) for axis, value in article.options)
        product = self._product(article, sku, name)
        self.variants.append(
            NewVariant(
                sku=sku,
                product_id=product.product_id,
                name=product.name,
                options=options,
                unit=article.unit,
                tax_code=tax_code,
                codes=codes,
                category=product.category,
                is_active=article.is_active,
                sort=product.count,
                price=price,
                stock=stock_in(article, self._rules, notes),
            )
        )
        _join(product, options, article.line, notes)
        return sku

    def _tax_code(self, code: str) -> str:
        code = code or self._rules.tax_code
        if code not in self._rules.rates:
            raise RowRefused("tax", f'there is no tax rate "{code}"')
        return code

    def _only_once(self, sku: str, line: int) -> None:
        first = self._line_of_sku.setdefault(sku, line)
        if first != line:
            raise RowRefused("double", f'the SKU "{sku}" is already on line {first}')

    def _note_shared(self, codes: tuple[str, ...], sku: str, notes: Notes) -> None:
        for code in codes:
            other = self._sku_of_code.setdefault(code, sku)
            if other != sku:
                notes.append(("shared barcode", f"the barcode {code} also stands on {other}"))

    def _product(self, article: Article, sku: str, name: str) -> _Draft:
        product_id = fitted(plain(article.group) or sku, MAX_ID)
        if product_id not in self.products:
            category, brand = _word(article.category), _word(article.brand)
            self.products[product_id] = _Draft(product_id, name, category, brand)
        return self.products[product_id]


def _join(product: _Draft, options: tuple[tuple[str, str], ...], line: int, notes: Notes) -> None:
    """Count the variant into its product; options already there cannot be told apart."""
    product.count += 1
    product.axes += [axis for axis, _ in options if axis not in product.axes]
    first = product.line_of.setdefault(options, line)
    if first != line:
        notes.append(("same options", f"the same product and options as line {first}"))


def _word(text: str) -> str:
    return shortened(plain(text), MAX_WORD)
