"""The palettes: complete, and readable in every allowed pair (ux.md 3.1)."""

import pytest

from pos_app.ui.tokens import PALETTES, ThemeName

PAIRS = """
text app 7 · text surface 7 · text sunken 7 · text selected 7
text2 app 4.5 · text2 surface 4.5 · text2 sunken 4.5 · text2 selected 4.5
disabled surface 3 · disabled sunken 3
control surface 3 · control app 3 · control sunken 3
on_primary primary 4.5 · on_primary primary_pressed 4.5
primary surface 4.5 · primary app 4.5 · primary selected 4.5
on_go go 4.5 · on_go go_pressed 4.5 · go app 4.5 · go surface 4.5
on_danger danger 4.5 · on_danger danger_pressed 4.5 · danger surface 4.5
warn_text warn_bg 7 · warn_line surface 3 · info_text info_bg 7 · ok_text ok_bg 7 · err_text err_bg 7
ch_store surface 4.5 · ch_web surface 4.5 · ch_pick surface 4.5
offline app 4.5 · offline surface 4.5 · focus app 3 · focus surface 3
"""
ALLOWED = [
    (ink, paper, float(least))
    for line in PAIRS.strip().split("\n")
    for ink, paper, least in (pair.split() for pair in line.split(" · "))
]


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2 relative luminance."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ThemeName)
@pytest.mark.parametrize(("ink", "paper", "least"), ALLOWED)
def test_every_allowed_pair_can_be_read(
    name: ThemeName, ink: str, paper: str, least: float
) -> None:
    palette = PALETTES[name]

    assert contrast(palette[ink], palette[paper]) >= least


@pytest.mark.parametrize(("ink", "paper", "least"), ALLOWED)
def test_the_contrast_theme_has_seven_to_one_everywhere(ink: str, paper: str, least: float) -> None:
    palette = PALETTES[ThemeName.CONTRAST]

    assert contrast(palette[ink], palette[paper]) >= 7


def test_every_theme_has_the_same_tokens() -> None:
    names = {frozenset(palette) for palette in PALETTES.values()}

    assert len(names) == 1
    assert len(PALETTES[ThemeName.LIGHT]) == 33
