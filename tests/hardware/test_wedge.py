"""Telling scanners from people, case by case."""

import pytest

from hardware.keymap import set1
from hardware.wedge import FNC1, Key, KeyStroke, Layout, WedgeDecoder, WedgeRules
from tests.hardware.keys import DIGIT_KEYS, Filter, stroke, typed, with_gaps

EAN = "4006381333931"


def played(*strokes: KeyStroke, rules: WedgeRules | None = None) -> Filter:
    through = Filter(WedgeDecoder(rules))
    through.play(strokes)
    return through


@pytest.mark.parametrize("end", ["\r", "\t"])
def test_a_burst_ended_by_enter_or_tab_is_a_scan_and_types_nothing(end: str) -> None:
    result = played(*typed(EAN + end))

    assert (result.codes, result.out) == ([EAN], [])


def test_a_typist_at_twelve_keys_a_second_is_let_through_in_order_within_40_ms() -> None:
    result = played(*typed("two kilos of apples\r", gap_ms=83))

    assert (result.codes, result.text) == ([], "two kilos of apples\r")
    assert max(result.delays) <= 40


def test_one_late_key_in_a_fast_burst_does_not_break_the_scan() -> None:
    for late in range(1, len(EAN)):
        gaps = [10] * len(EAN)
        gaps[late] = 49

        assert played(*with_gaps(EAN + "\r", gaps)).codes == [EAN]


def test_a_slow_scanner_with_jitter_is_still_a_scanner() -> None:
    gaps = [36, 30, 38, 29, 36, 33, 35, 31, 36, 30, 34, 38, 30]

    assert played(*with_gaps(EAN + "\r", gaps)).codes == [EAN]


@pytest.mark.parametrize("few", ["1", "12", "123"])
def test_fewer_than_four_characters_are_no_scan(few: str) -> None:
    result = played(*typed(few + "\r"))

    assert (result.codes, result.text) == ([], few + "\r")


def test_enter_alone_passes_at_once() -> None:
    enter = stroke("\r", 0)

    assert WedgeDecoder().press(enter).passes(enter)


def test_a_burst_without_end_is_typing_after_all() -> None:
    result = played(*typed(EAN))

    assert (result.codes, result.text) == ([], EAN)


def test_a_quantity_typed_before_the_scan_reaches_the_screen_first() -> None:
    result = played(stroke("3", 0), *typed(EAN + "\r", start_ms=300))

    assert (result.text, result.codes) == ("3", [EAN])


def test_a_quick_pair_of_keys_by_hand_is_not_held_longer_than_a_blink() -> None:
    result = played(*with_gaps("then", [25, 70, 83]))

    assert result.text == "then"
    assert max(result.delays) <= 85


def test_keys_after_an_unfinished_burst_are_not_swallowed() -> None:
    result = played(*typed("abcdef"), *typed("hello\r", start_ms=130, gap_ms=83))

    assert (result.codes, result.text) == ([], "abcdefhello\r")


def test_the_line_feed_after_the_carriage_return_belongs_to_the_scan() -> None:
    end = 10 * len(EAN)
    result = played(*typed(EAN + "\r"), stroke("\r", end + 2))

    assert (result.codes, result.out) == ([EAN], [])


def test_a_persons_enter_soon_after_a_scan_passes() -> None:
    result = played(*typed(EAN + "\r"), stroke("\r", 10 * len(EAN) + 90))

    assert (result.codes, result.text) == ([EAN], "\r")


def test_shift_inside_a_code_is_swallowed_with_it() -> None:
    keys = [stroke("⇧", 5), *typed("AB12"), stroke("\r", 40)]

    result = played(*sorted(keys, key=lambda key: key.at_ms))

    assert (result.codes, result.out) == (["AB12"], [])


def test_key_ups_follow_their_key_downs() -> None:
    def both(text: str, at_ms: int) -> list[KeyStroke]:
        return [stroke(text, at_ms), stroke(text, at_ms + 4, down=False)]

    scan = [key for i, char in enumerate(EAN + "\r") for key in both(char, 10 * i)]
    result = played(*scan, *both("x", 500), *both("\r", 600))

    assert [(key.text, key.key, key.down) for key in result.out] == [
        ("x", Key.TEXT, True),
        ("x", Key.TEXT, False),
        ("", Key.ENTER, True),
        ("", Key.ENTER, False),
    ]


def test_arrows_and_shortcuts_let_go_what_is_held_first() -> None:
    save = stroke("s", 20, modified=True)

    result = played(stroke("a", 0), stroke("←", 10), save)

    assert [key.at_ms for key in result.out] == [0, 10, 20]
    assert result.delays == [10, 0, 0]


def test_a_held_down_key_repeats_without_delay() -> None:
    repeats = [stroke("0", 500 + 30 * i, repeat=True) for i in range(20)]

    result = played(stroke("0", 0), *repeats, stroke("\r", 1500))

    assert (result.codes, result.text) == ([], "0" * 21 + "\r")
    assert max(result.delays[1:]) == 0


def test_the_aim_identifier_and_the_gs1_separator_stay_in_the_code() -> None:
    fnc1 = stroke(FNC1, 30, modified=True)
    keys = [*typed("]C1"), fnc1, *typed("3103001725\r", start_ms=40)]

    assert played(*keys).codes == [f"]C1{FNC1}3103001725"]


@pytest.mark.parametrize("code", ["7", "W-1", EAN])
def test_a_prefix_makes_even_a_short_code_a_scan(code: str) -> None:
    result = played(*typed(f"~{code}\r"), rules=WedgeRules(prefix="~"))

    assert (result.codes, result.out) == ([code], [])


def test_what_is_typed_just_before_the_prefix_is_not_part_of_the_code() -> None:
    result = played(*typed(f"a~{EAN}\r"), rules=WedgeRules(prefix="~"))

    assert (result.codes, result.text) == ([EAN], "a")


def test_a_suffix_ends_the_scan_without_enter_and_swallows_one_that_follows() -> None:
    result = played(*typed(f"{EAN}#\r"), rules=WedgeRules(suffix="#"))

    assert (result.codes, result.out) == ([EAN], [])


def test_a_suffix_rule_does_not_swallow_a_single_typed_key() -> None:
    result = played(*typed("5\r", gap_ms=30), rules=WedgeRules(suffix="#"))

    assert (result.codes, result.text) == ([], "5\r")


CZECH = dict(zip("1234567890", "+ěščřžýáíé", strict=True))
AZERTY = dict(zip("1234567890", "&é\"'(-è_çà", strict=True))


@pytest.mark.parametrize("layout", [CZECH, AZERTY])
def test_digits_are_read_by_position_on_a_layout_that_types_signs(layout: dict[str, str]) -> None:
    keys = [
        stroke(layout[digit], 10 * i, scancode=DIGIT_KEYS[digit]) for i, digit in enumerate(EAN)
    ]

    assert played(*keys, stroke("\r", 130)).codes == [EAN]


def test_a_scanner_set_to_the_hosts_layout_is_believed() -> None:
    plus = stroke("+", 0, scancode=0x02)
    digits = [stroke(d, 10 + 10 * i, scancode=DIGIT_KEYS[d], shift=True) for i, d in enumerate(EAN)]

    assert played(plus, *digits, stroke("\r", 150)).codes == [f"+{EAN}"]


def test_the_layout_can_be_forced() -> None:
    keys = [stroke("z", 10 * i, scancode=0x15) for i in range(5)]  # Czech z is where US has y

    assert played(*keys, stroke("\r", 60), rules=WedgeRules(layout=Layout.US)).codes == ["yyyyy"]
    assert played(*keys, stroke("\r", 60), rules=WedgeRules(layout=Layout.HOST)).codes == ["zzzzz"]


def test_native_scan_codes_of_all_platforms_mean_the_same_key() -> None:
    assert {set1(10, "linux"), set1(2, "win32"), set1(18, "darwin")} == {0x02}


def test_a_4_kb_code_comes_out_as_one_and_a_longer_one_says_that_it_is_too_long() -> None:
    whole, long = "9" * 4096, "9" * 6000

    assert played(*typed(whole + "\r")).codes == [whole]
    assert [len(code) for code in played(*typed(long + "\r")).codes] == [4097]


def test_losing_the_keyboard_lets_go_of_everything() -> None:
    decoder = WedgeDecoder()
    keys = typed("abc")
    for key in keys:
        decoder.press(key)

    assert decoder.reset().release == tuple(keys)
