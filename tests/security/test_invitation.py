"""What a stranger may print or paste is read, or refused; nothing in between."""

import io
import re
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import Engine

from sync.central import authority, inviting
from sync.central.__main__ import main
from sync.invitation import BadInvitation, Invitation, is_invitation, read, typed
from tests.security.tls import Office
from tests.sync.conftest import engine, template

__all__ = ["engine", "template"]

PIN = "ymOGzGstnm6g3gqYoAUozx73vp2IdEp6_dCz_76QF_c"
GOOD = Invitation("https://central.example:8420", "ABCD-EFGH", (PIN, "z" * 43))
START = "omnitill://enrol?"


@pytest.mark.parametrize(
    "invitation",
    [
        GOOD,
        Invitation("https://10.0.0.5", "ABCD"),
        Invitation("https://[fd00::5]:8420", "ABCD", (PIN,)),
        Invitation("http://127.0.0.1:8420", "ABCD"),
    ],
)
def test_what_is_written_is_read(invitation: Invitation) -> None:
    assert read(invitation.text()) == invitation
    assert read(f"  {invitation.text()}\r\n") == invitation


BAD = {
    "empty": "",
    "another link": "https://central.example/enrol?url=https%3A%2F%2Fa&code=ABCD",
    "another action": "omnitill://open?url=https%3A%2F%2Fa&code=ABCD",
    "no fields": START,
    "no code": f"{START}url=https%3A%2F%2Fa.example",
    "no address": f"{START}code=ABCD",
    "empty code": f"{START}url=https%3A%2F%2Fa.example&code=",
    "a field too many": f"{START}url=https%3A%2F%2Fa.example&code=ABCD&x=1",
    "a field twice": f"{START}url=https%3A%2F%2Fa.example&code=ABCD&code=EFGH",
    "address twice": f"{START}url=https%3A%2F%2Fa.example&url=https%3A%2F%2Fb.example&code=ABCD",
    "huge": f"{START}url=https%3A%2F%2Fa.example&code=ABCD&pin={'A' * 100_000}",
    "many fields": START + "&".join(f"f{it}=1" for it in range(60)),
    "not a scheme of ours": f"{START}url=file%3A%2F%2F%2Fetc%2Fpasswd&code=ABCD",
    "script": f"{START}url=javascript%3Aalert(1)&code=ABCD",
    "a user in the address": f"{START}url=https%3A%2F%2Fa%40evil.example&code=ABCD",
    "an empty user": f"{START}url=https%3A%2F%2F%40evil.example&code=ABCD",
    "a path": f"{START}url=https%3A%2F%2Fa.example%2Fv1&code=ABCD",
    "a question": f"{START}url=https%3A%2F%2Fa.example%3Fx&code=ABCD",
    "a line break in the address": f"{START}url=https%3A%2F%2Fa.example%0D%0AHost:b&code=ABCD",
    "a space in the address": f"{START}url=https%3A%2F%2Fa%20b&code=ABCD",
    "no host": f"{START}url=https%3A%2F%2F&code=ABCD",
    "a port that is none": f"{START}url=https%3A%2F%2Fa.example%3A99999&code=ABCD",
    "a code with signs": f"{START}url=https%3A%2F%2Fa.example&code=AB%3BCD",
    "a long code": f"{START}url=https%3A%2F%2Fa.example&code={'A' * 65}",
    "a torn pin": f"{START}url=https%3A%2F%2Fa.example&code=ABCD&pin={PIN[:-1]}",
    "three pins": f"{START}url=https%3A%2F%2Fa.example&code=ABCD&pin={PIN},{PIN},{PIN}",
    "other letters": f"{START}url=https://a.example&code=ABCÄ",
    "Latin-2 read as UTF-8": f"{START}url=https%3A%2F%2F%E8esko.example&code=ABCD",
    "NUL": f"{START}url=https%3A%2F%2Fa.example%00&code=ABCD",
    "replaced letters": f"{START}url=https%3A%2F%2Fa.example&code=AB\ufffdCD",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadInvitation):
        read(text)


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_does_more_than_be_refused(url: str, tail: str) -> None:
    for text in (url, START + tail, f"{START}url={url}&code={tail}"):
        try:
            found = read(text)
        except BadInvitation:
            continue
        assert found.url.startswith(("http://", "https://"))
        assert 4 <= len(found.code) <= 64


@pytest.mark.parametrize(
    ("url", "code", "pin", "field"),
    [
        ("central.example", "ABCD", "", "url"),
        ("https://a b.example/x", "ABCD", "", "url"),
        ("https://a.example", "A;", "", "code"),
        ("https://a.example", "ABCD", "short", "pin"),
    ],
)
def test_a_field_filled_by_hand_is_named_when_it_is_wrong(
    url: str, code: str, pin: str, field: str
) -> None:
    with pytest.raises(BadInvitation) as caught:
        typed(url, code, pin)

    assert caught.value.field == field


def test_spaces_that_people_type_do_not_count() -> None:
    assert typed(" https://a.example/ ", "ab cd", f"{PIN}, {PIN}").pins == (PIN, PIN)


def test_codes_of_goods_are_no_invitations() -> None:
    assert not is_invitation("4006381333931")
    assert not is_invitation("https://id.gs1.org/01/04006381333931")
    assert is_invitation(GOOD.text())


def pixels(printed: str) -> Image.Image:
    """The half blocks of a terminal as a picture."""
    upper = {"▀": 1, "▄": 0, "█": 1, " ": 0}
    lower = {"▀": 0, "▄": 1, "█": 1, " ": 0}
    lines = [re.sub(r"\x1b\[[\d;]*m", "", it) for it in printed.splitlines()]
    rows = [[half[cell] for cell in line] for line in lines for half in (upper, lower)]
    picture = Image.new("L", (len(rows[0]), len(rows)))
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    return picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST)


def test_the_printed_code_is_read_by_a_scanner() -> None:
    out = io.StringIO()

    inviting.show(GOOD, out)

    printed, text = out.getvalue().rstrip("\n").rsplit("\n", 1)
    assert text == GOOD.text()
    seen = zxingcpp.read_barcode(pixels(printed))
    assert seen is not None
    assert seen.text == GOOD.text()


def test_the_office_prints_a_code_with_the_servers_pins(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = Office(tmp_path).begin()
    database = str(engine.url)

    words = ["enrol-code", "--store", "014", "--till", "2", "--database", database]
    code = main([*words, "--url", "https://central.example", "--tls-dir", str(office.tls)])

    lines = capsys.readouterr().out.splitlines()
    found = read(lines[-1])
    assert (code, found.url, found.pins) == (0, "https://central.example", office.pins)
    assert found.code == lines[0]


def test_an_address_no_till_would_take_costs_no_code(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["enrol-code", "--store", "014", "--till", "2", "--database", str(engine.url)]

    assert main([*words, "--url", "central.example"]) == 1

    assert "https://" in capsys.readouterr().err


def test_the_authority_is_made_changed_and_used_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ca, tls = tmp_path / "ca", tmp_path / "tls"

    assert main(["make-ca", "--ca-dir", str(ca), "--name", "Acme"]) == 0
    first = capsys.readouterr().out.split()
    assert main(["rotate-ca", "--ca-dir", str(ca)]) == 0
    second = capsys.readouterr().out.split()
    assert main(["make-certificate", "--ca-dir", str(ca), "--tls-dir", str(tls), "10.0.0.5"]) == 0

    assert (first[0], second[1]) == ("current", first[3])
    assert authority.shown(tls).pins == (second[1], second[3])
    assert main(["make-ca", "--ca-dir", str(ca)]) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--host", "0.0.0.0"], "--tls-dir or --behind-tls"),  # noqa: S104 - it is refused
        (["--tls-dir", "/nowhere"], "/nowhere"),
    ],
)
def test_a_server_that_others_could_read_along_does_not_start(
    engine: Engine, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["serve", "--port", "0", "--database", str(engine.url), *words]) == 1

    assert said in capsys.readouterr().err
