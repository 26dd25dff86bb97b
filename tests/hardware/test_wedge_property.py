"""Whatever comes in whatever order: nothing is lost, nothing comes twice, nothing changes places."""

from hypothesis import given
from hypothesis import strategies as st

from hardware.wedge import KeyStroke, WedgeDecoder, WedgeRules
from tests.hardware.keys import Filter, stroke, typed, with_gaps

CODES = st.text("0123456789ABCDEF-]", min_size=4, max_size=30)
WORDS = st.text("abcdefgh 0123\r\t←", max_size=12)
RULES = st.sampled_from([WedgeRules(), WedgeRules(prefix="~"), WedgeRules(suffix="#")])


@st.composite
def scan(draw: st.DrawFn) -> tuple[str, list[int]]:
    """A burst of a machine: fast, with one late key perhaps, but never the second."""
    code = draw(CODES)
    gap = draw(st.integers(0, 30))
    gaps = [max(gap + draw(st.integers(-5, 5)), 0) for _ in code]
    late = draw(st.integers(1, len(gaps) - 1))
    gaps[late] = max(gaps[late], draw(st.integers(0, 49)))
    return code, gaps


TYPED = st.tuples(WORDS, st.integers(60, 300))


@given(st.lists(st.tuples(TYPED, scan()), max_size=4))
def test_scans_and_typing_one_after_the_other_are_told_apart_exactly(
    pieces: list[tuple[tuple[str, int], tuple[str, list[int]]]],
) -> None:
    strokes, now = [], 0
    for (word, pause), (code, gaps) in pieces:
        strokes += typed(word, now, pause)
        now += pause * len(word) + 100
        strokes += with_gaps(code + "\r", gaps, now)
        now += sum(gaps) + 100

    through = Filter(WedgeDecoder())
    through.play(strokes)

    assert through.codes == [code for _, (code, _) in pieces]
    assert through.text == "".join(word.replace("←", "") for (word, _), _ in pieces)


@st.composite
def chaos(draw: st.DrawFn) -> list[KeyStroke]:
    """Any keys at any times, up and down, as two keyboards at once would give."""
    now, strokes = 0, []
    for _ in range(draw(st.integers(0, 40))):
        now += draw(st.integers(0, 60) | st.integers(0, 12))
        text = draw(st.sampled_from([*"0123456789~#a", "\r", "\t", "←", "⇧"]))
        modified, repeat, up = (draw(st.integers(0, 9)) == 9 for _ in range(3))
        strokes.append(stroke(text, now, modified=modified, repeat=repeat, down=not up))
    return strokes


@given(chaos(), RULES)
def test_every_key_is_let_through_once_in_order_or_is_in_exactly_one_code(
    strokes: list[KeyStroke], rules: WedgeRules
) -> None:
    through = Filter(WedgeDecoder(rules))

    through.play(strokes)

    released = {id(key) for key in through.out}
    assert [id(key) for key in strokes if id(key) in released] == [id(key) for key in through.out]
    swallowed = "".join(k.text for k in strokes if k.down and id(k) not in released)
    marks = str.maketrans("", "", rules.prefix + rules.suffix)
    assert swallowed.translate(marks) == "".join(through.codes).translate(marks)


@given(st.lists(st.integers(41, 500), min_size=1, max_size=40), st.data())
def test_nobody_typing_with_gaps_over_40_ms_waits_longer_than_that(
    gaps: list[int], data: st.DataObject
) -> None:
    now, strokes = 0, []
    for gap in gaps:
        strokes.append(stroke(data.draw(st.sampled_from("abc123\r")), now))
        now += gap

    through = Filter(WedgeDecoder())
    through.play(strokes)

    assert len(through.out) == len(strokes)
    assert max(through.delays) <= 40
