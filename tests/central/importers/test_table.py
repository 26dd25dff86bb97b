"""A CSV in whatever state: each fault costs its own row and is told with its line."""

import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sync.central.importers.errors import ImportStopped
from sync.central.importers.report import Report
from sync.central.importers.table import MAX_LINE, Table, read_table


def table_of(
    tmp_path: Path, content: bytes | str, encoding: str | None = None
) -> tuple[Table, Report]:
    path = tmp_path / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    report = Report()
    return read_table(path, report, encoding), report


def stopped(tmp_path: Path, content: bytes) -> str:
    with pytest.raises(ImportStopped) as caught:
        table_of(tmp_path, content)
    return str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n\n"])
def test_an_empty_file_is_called_empty(tmp_path: Path, content: bytes) -> None:
    assert stopped(tmp_path, content) == "The file is empty."


@pytest.mark.parametrize("content", [b"sku,name", b"sku,name\n", b"\n\nsku,name\r\n\r\n"])
def test_a_header_alone_is_called_so(tmp_path: Path, content: bytes) -> None:
    assert stopped(tmp_path, content) == "The file has a header but no rows."


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04" + bytes(200), "an Excel workbook or another ZIP file"),
        (b"\xd0\xcf\x11\xe0" + bytes(200), "an old Excel workbook"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "a picture"),
        (bytes(range(256)) * 4, "binary data, not text"),
        ("sku,name\nA,Žluť".encode("utf-16-be"), "binary data, not text"),
    ],
)
def test_a_file_that_is_no_text_is_named_for_what_it_is(
    tmp_path: Path, content: bytes, what: str
) -> None:
    assert what in stopped(tmp_path, content)


def test_rows_keep_the_number_of_their_first_line(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, '\nsku,name\nA,"two\nlines"\n\nB,plain\n')

    assert [(it.line, it.get("sku")) for it in table.records] == [(3, "A"), (6, "B")]


def test_ragged_rows_are_refused_with_their_line(tmp_path: Path) -> None:
    table, report = table_of(tmp_path, "sku,name\nA,B,C\nD\nE,F,,\nG,H\n")

    assert [(it.line, it.kind) for it in report.refused] == [(2, "width"), (3, "width")]
    assert [it.get("sku") for it in table.records] == ["E", "G"]
    assert report.read == 4


def test_a_quotation_mark_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    rows = "".join(f"S{number},Name {number}\n" for number in range(2000))
    table, report = table_of(tmp_path, f'sku,name\nA,"open\n{rows}B,"end')

    assert [it.line for it in report.refused] == [2, 2003]
    assert "never closed" in report.refused[0].message
    assert len(table.records) == 2000


def test_a_mark_inside_a_quoted_text_costs_one_row(tmp_path: Path) -> None:
    table, report = table_of(tmp_path, 'sku,name\nA,"26" wheel"\nB,"26"" wheel"\n')

    assert [(it.line, "not doubled" in it.message) for it in report.refused] == [(2, True)]
    assert [it.get("name") for it in table.records] == ['26" wheel']


def test_a_row_with_a_nul_byte_is_refused(tmp_path: Path) -> None:
    table, report = table_of(tmp_path, b"sku,name\nA,da\0maged\nB,good\n" + b"C,more\n" * 20)

    assert [(it.line, it.kind) for it in report.refused] == [(2, "damaged")]
    assert len(table.records) == 21


def test_a_line_of_a_hundred_megabytes_costs_one_row_and_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    with path.open("wb") as target:
        target.write(b"sku,name\nA,good\nB,")
        for _ in range(100):
            target.write(b"x" * MAX_LINE)
        target.write(b"\nC,good\n")
    report = Report()

    tracemalloc.start()
    table = read_table(path, report)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert [(it.line, "longer than" in it.message) for it in report.refused] == [(3, True)]
    assert [(it.line, it.get("sku")) for it in table.records] == [(2, "A"), (4, "C")]
    assert peak < 20 * MAX_LINE


def test_a_long_line_inside_an_open_quotation_costs_both_rows(tmp_path: Path) -> None:
    table, report = table_of(tmp_path, 'sku,name\nA,"open\n' + "x" * MAX_LINE + "x\nB,good\n")

    assert sorted(it.line for it in report.refused) == [2, 3]
    assert [it.get("sku") for it in table.records] == ["B"]


def test_a_header_line_without_end_is_no_header(tmp_path: Path) -> None:
    assert "does not begin with a header" in stopped(tmp_path, b"x" * (MAX_LINE + 5))


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_separator_is_found_in_the_header(tmp_path: Path, sign: str) -> None:
    table, _ = table_of(tmp_path, f'"a,b;c"{sign}name{sign}price\n1{sign}2{sign}3\n')

    assert table.columns[1:] == ("name", "price")
    assert table.records[0].get("price") == "3"


def test_excels_separator_line_is_obeyed(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, "sep=;\r\nsku;name\r\nA;x,y\r\n")

    assert [(it.line, it.get("name")) for it in table.records] == [(3, "x,y")]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with a byte-order mark"),
        ("utf-16", "UTF-16"),
        ("cp1250", "read as cp1250"),
    ],
)
def test_czech_is_read_in_every_encoding_it_comes_in(
    tmp_path: Path, encoding: str, said: str
) -> None:
    content = "sku,name\nA,Žluťoučký kůň\nB,Čaj z růží\n".encode(encoding)

    table, report = table_of(tmp_path, content)

    assert [it.get("name") for it in table.records] == ["Žluťoučký kůň", "Čaj z růží"]
    assert said in report.reading


def test_norwegian_without_utf_8_is_read_as_western(tmp_path: Path) -> None:
    table, report = table_of(tmp_path, "sku,name\nA,Blåbærsyltetøy på glass\n".encode("cp1252"))

    assert table.records[0].get("name") == "Blåbærsyltetøy på glass"
    assert "cp1252" in report.reading
    assert "--encoding cp1250" in report.reading


def test_the_encoding_asked_for_is_used(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, "sku,name\nA,Grêle\n".encode("cp1252"), "cp1250")

    assert table.records[0].get("name") == "Gręle"


def test_one_broken_row_does_not_change_the_encoding_of_all(tmp_path: Path) -> None:
    content = "sku,name\nA,Žluťoučký kůň\n".encode() + b"B,br\xf8ken\n" + "C,čaj\n".encode()

    table, report = table_of(tmp_path, content)

    assert [it.get("name") for it in table.records] == ["Žluťoučký kůň", "čaj"]
    assert [(it.line, it.kind) for it in report.refused] == [(3, "damaged")]


def test_an_unknown_encoding_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ImportStopped, match="use one of utf-8"):
        table_of(tmp_path, "sku\nA\n", "klingon")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([b'"', b",", b"\n", b"\r", b"a", b"\xc5", b"\0", b";", b"\xef"])))
@example([b'"', b"\n"] * 40)
def test_no_arrangement_of_bytes_is_a_crash(tmp_path: Path, parts: list[bytes]) -> None:
    content = b"sku,name\n" + b"".join(parts)

    with suppress(ImportStopped):
        table, report = table_of(tmp_path, content)
        assert report.read == len(table.records) + len(report.refused)
