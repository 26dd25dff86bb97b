"""A mapping file: which column of some CSV means what. Its format is explained in konzum.toml."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

import resources
from pos_app.domain.tax import TaxRate
from sync.central.importers.errors import ImportStopped, RowRefused
from sync.central.importers.figures import ppm_of
from sync.central.importers.table import Table, column_name

SHIPPED = Path(resources.__file__).parent / "demo" / "mappings"
UnitName = Literal["piece", "kg"]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Column = Annotated[str, Field(min_length=1)]
Columns = Annotated[list[Column], BeforeValidator(_listed)]
"""One column name or several, of which the first that holds something counts."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnNames(_Part):
    """`product` groups rows into a product; `parent` names the SKU of the row that heads them."""

    sku: Columns = []
    name: Columns
    price: Columns = []
    barcode: Columns = []
    product: Columns = []
    parent: Columns = []
    category: Columns = []
    brand: Columns = []
    unit: Columns = []
    tax: Columns = []
    stock: Columns = []


class Heads(_Part):
    """Rows that only head others: `column` holds `value`, `children` lists the variants
    as `sku=A,size=S,color=Red|sku=B,…`."""

    column: Column
    value: str
    children: Column
    sku: str = "sku"
    options: dict[str, str] = {}


class Constants(_Part):
    tax: str = ""
    category: str = ""
    brand: str = ""


class Rate(_Part):
    code: Annotated[str, Field(min_length=1, max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=40)]
    percent: str


class Mapping(_Part):
    """What each column means, and what to assume where the file says nothing."""

    title: str
    detect: list[Column] = []
    """Columns by which a file is recognised; only mappings that we ship are looked through."""
    currency: Annotated[str, Field(min_length=3, max_length=3)] | None = None
    encoding: str | None = None
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Literal[",", "."] | None = None
    missing_price: Literal["refuse", "open"] = "refuse"
    category_path: str = ""
    """Categories written as a path are split here and the last part is taken."""
    category_list: str = ""
    """Several categories in one cell are split here and the first is taken."""
    columns: ColumnNames
    options: dict[str, Column] = {}
    units: dict[str, UnitName] = {}
    price_of_unit: dict[UnitName, Columns] = {}
    taxes: dict[str, str] = {}
    constants: Constants = Constants()
    heads: Heads | None = None
    tax_rate: list[Rate] = []

    def rates(self) -> tuple[TaxRate, ...]:
        try:
            return tuple(
                TaxRate(it.code, it.name, ppm_of(it.percent).value) for it in self.tax_rate
            )
        except RowRefused as refused:
            raise ImportStopped(f"In the mapping: {refused}.") from None

    def check(self, table: Table) -> None:
        """Stop when a column is named that the file does not have."""
        missing = [name for name in self._names() if column_name(name) not in table.columns]
        if missing:
            has = ", ".join(table.columns)
            raise ImportStopped(
                f"The mapping names the columns {', '.join(missing)}, which the file does not have. "
                f"It has: {has[:1000]}."
            )

    def _names(self) -> list[str]:
        names = [name for listed in self.columns.model_dump().values() for name in listed]
        names += self.options.values()
        names += [name for listed in self.price_of_unit.values() for name in listed]
        return names + ([self.heads.column, self.heads.children] if self.heads else [])


def shipped_mapping(table: Table) -> Mapping | None:
    """The mapping of ours whose files have such columns."""
    for path in sorted(SHIPPED.glob("*.toml")):
        mapping = read_mapping(path)
        if mapping.detect and {column_name(it) for it in mapping.detect} <= set(table.columns):
            return mapping
    return None


def read_mapping(path: Path) -> Mapping:
    """The mapping, or ImportStopped with a sentence that names the wrong entry."""
    try:
        with path.open("rb") as source:
            return Mapping.model_validate(tomllib.load(source))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ImportStopped(f"The mapping {path.name} cannot be read: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ImportStopped(
            f"The mapping {path.name} is wrong at {where}: {first['msg']}."
        ) from None
