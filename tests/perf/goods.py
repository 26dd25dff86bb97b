"""A synthetic catalogue of any size: believable names, valid EAN-13s, the same for the same size."""

import random
from collections.abc import Iterator

from pos_app.domain.gtin import code_key


def _parts(text: str, mark: str = " ") -> list[str]:
    return text.split(mark)


SYLLABLES = _parts(
    "ba be bi bo da de di do fa fe fo ga ge go ha he ho ka ke ko la le lo ma me mi mo na ne no"
)
NOUNS = _parts(
    "Milch Butter Käse Joghurt Quark Sahne Brot Brötchen Baguette Croissant Müsli Reis Nudeln Mehl "
    "Zucker Salz Pfeffer Essig Olivenöl Ketchup Senf Schokolade Kekse Waffeln Chips Mandeln Apfelsaft "
    "Mineralwasser Limonade Bier Weißwein Kaffee Tee Kakao Honig Marmelade Eis Pizza Suppe Lachs "
    "Schinken Salami Eier Tofu Oliven Gurken Tomaten Zwiebeln Kartoffeln Äpfel Birnen Bananen Spinat "
    "Shampoo Seife Zahnpasta Creme Windeln Heft Ordner Schere Socken Hose Jacke Mütze Tasse Teller Topf"
)
ADJECTIVES = _parts(
    "Bio Fein Extra Classic Premium Mild Würzig Süß Scharf Frisch Natur Light Vegan Regional Original "
    "Zart Cremig Knusprig Mini Maxi Junior Sport Gold"
)
SIZES = _parts("50 g|100 g|200 g|250 g|500 g|1 kg|2 kg|250 ml|500 ml|1 l|1,5 l|6 Stk|12 Stk", "|")


def ean13(number: int) -> str:
    """A valid EAN-13 for a running number."""
    body = f"{400_000_000_000 + number * 7}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


def products(count: int) -> Iterator[tuple[str, str, str, int]]:
    """SKU, code, name, price in minor units, in order of popularity."""
    chance = random.Random(42)
    brands = sorted({"".join(chance.choices(SYLLABLES, k=3)).capitalize() for _ in range(2500)})
    for number in range(count):
        words = [chance.choice(brands), chance.choice(NOUNS), chance.choice(SIZES)]
        if chance.random() < 0.7:
            words.insert(1, chance.choice(ADJECTIVES))
        yield f"A{number:07d}", ean13(number), " ".join(words), chance.randrange(49, 4999)


def page_rows(count: int) -> dict[str, list[list[object]]]:
    """The catalogue as wire rows by entity: [seq, op, *cols], columns as in pos_app.store.streams."""
    variants: list[list[object]] = []
    prices: list[list[object]] = []
    items: list[list[object]] = []
    for number, (sku, code, name, price) in enumerate(products(count), start=1):
        items.append([2 * number - 1, "put", f"P{sku}", name, "Grocery", "", "[]"])
        variants.append(
            [
                2 * number,
                "put",
                sku,
                f"P{sku}",
                name,
                "[]",
                "piece",
                "std",
                code_key(code),
                "Grocery",
                1,
                0,
            ]
        )
        prices.append([number, "put", sku, price])
    return {"product": items, "variant": variants, "price": prices}
