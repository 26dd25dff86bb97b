"""One product file, whatever its format, as a catalogue and a report."""

from pathlib import Path

from sync.central.importers import mapped, shopify, tax_rates, woocommerce
from sync.central.importers.articles import Catalogue
from sync.central.importers.assemble import assemble
from sync.central.importers.choices import Choices, Format
from sync.central.importers.errors import ImportStopped
from sync.central.importers.mapping import Mapping, read_mapping, shipped_mapping
from sync.central.importers.report import Report
from sync.central.importers.rules import UNTAXED, Rules
from sync.central.importers.table import Table, read_table


def read_catalogue(path: Path, choices: Choices) -> Catalogue:
    """Read the whole file; ImportStopped when it is no product file at all."""
    mapping = read_mapping(choices.mapping) if choices.mapping else None
    report = Report(source=path.name)
    table = _table(path, choices, mapping, report)
    chosen = _format(table, choices, mapping)
    if chosen is Format.AUTO:
        mapping = shipped_mapping(table)
    if chosen is Format.TAX:
        rates = tax_rates.tax_rates(table, report, choices.country)
        return Catalogue((), (), rates, report)
    if chosen in {Format.MAPPING, Format.AUTO}:
        if mapping is None:
            raise _unknown(table)
        return _mapped(table, mapping, choices, report)
    reader = woocommerce if chosen is Format.WOO else shopify
    report.reading += f"; format {chosen}; prices in {choices.currency.code}"
    rules = _rules(choices, choices.tax_code)
    return _with_rates(assemble(reader.articles(table, report), rules, report), rules)


def _table(path: Path, choices: Choices, mapping: Mapping | None, report: Report) -> Table:
    encoding = choices.encoding or (mapping.encoding if mapping else None)
    separator = choices.separator or (mapping.separator if mapping else None)
    try:
        return read_table(path, report, encoding, separator)
    except OSError as error:
        raise ImportStopped(f"The file cannot be opened: {error.strerror or error}.") from None


def _format(table: Table, choices: Choices, mapping: Mapping | None) -> Format:
    """What was said, else what the columns look like; AUTO when they look like nothing known."""
    if choices.format is not Format.AUTO:
        return choices.format
    if mapping:
        return Format.MAPPING
    for known, fits in (
        (Format.TAX, tax_rates.is_tax_rates),
        (Format.WOO, woocommerce.is_woocommerce),
        (Format.SHOPIFY, shopify.is_shopify),
    ):
        if fits(table):
            return known
    return Format.AUTO


def _unknown(table: Table) -> ImportStopped:
    return ImportStopped(
        "The columns are none that are known. Write a mapping file and name it with --mapping. "
        f"The file has: {', '.join(table.columns)[:1000]}."
    )


def _mapped(table: Table, mapping: Mapping, choices: Choices, report: Report) -> Catalogue:
    if mapping.currency and mapping.currency != choices.currency.code:
        raise ImportStopped(
            f"The mapping says prices are in {mapping.currency}, the shop's are in "
            f"{choices.currency.code}."
        )
    report.reading += f'; mapping "{mapping.title}"; prices in {choices.currency.code}'
    rules = _rules(choices, mapping.constants.tax or choices.tax_code, mapping)
    return _with_rates(assemble(mapped.articles(table, mapping, report), rules, report), rules)


def _rules(choices: Choices, tax_code: str, mapping: Mapping | None = None) -> Rules:
    """A rate the shop has already outweighs the mapping's; one named on the command line, both."""
    brought = {rate.code: rate for rate in mapping.rates()} if mapping else {}
    named = {rate.code: rate for rate in choices.new_rates}
    known = {UNTAXED.code: UNTAXED, **brought, **choices.known_rates, **named}
    if tax_code not in known:
        raise ImportStopped(
            f'There is no tax rate "{tax_code}". Import tax rates first, or name one with its '
            f"percentage: --tax {tax_code}=21."
        )
    decimal = choices.decimal or (mapping.decimal if mapping else None)
    return Rules(choices.currency, tax_code, known, decimal)


def _with_rates(catalogue: Catalogue, rules: Rules) -> Catalogue:
    """The rates that the accepted articles use travel with them."""
    used = {variant.tax_code for variant in catalogue.variants}
    rates = tuple(rate for code, rate in rules.rates.items() if code in used)
    return Catalogue(catalogue.products, catalogue.variants, rates, catalogue.report)
