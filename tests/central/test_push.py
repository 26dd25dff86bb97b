"""Facts come in once, in order, with their effects, whatever is wrong with them."""

from tests.central.tills import SpeakingTill


def test_a_sale_arrives_with_its_lines_and_tenders(till: SpeakingTill) -> None:
    till.sell(pieces=3)

    answer = till.push()

    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted_through"] == 1
    assert answer.json()["results"] == []
