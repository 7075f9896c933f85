"""A list is understood however its office saved it, and what cannot be taken is named row by row."""

from __future__ import annotations

import io
import zipfile

import pytest

from server.imports.columns import OBSERVERS, STATIONS
from server.imports.read_table import read_table
from server.imports.station_list import read_stations
from server.imports.table import MOST_BYTES, TableFault
from server.packs import load_pack
from tests.server import lists
from tests.server.lists import HEADINGS, ROW, with_rows, workbook


def stations(content: bytes):
    return read_stations(read_table(content, STATIONS), load_pack())


def only(content: bytes):
    found = stations(content)
    assert len(found.lines) == 1 and not found.refused, (found.lines, found.refused)
    return next(iter(found.lines.values()))


def fault(content: bytes, kind: str = STATIONS) -> str:
    with pytest.raises(TableFault) as caught:
        read_table(content, kind)
    return caught.value.code


def whys(remarks) -> list[str]:
    return [each.why for each in remarks]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(with_rows(ROW), id="utf-8"),
        pytest.param(b"\xef\xbb\xbf" + with_rows(ROW), id="a byte order mark"),
        pytest.param(with_rows(ROW).replace(b"\n", b"\r\n"), id="Windows line ends"),
        pytest.param(with_rows(ROW).replace(b"\n", b"\r"), id="old Mac line ends"),
        pytest.param(with_rows(ROW).replace(b",", b";"), id="semicolons"),
        pytest.param(with_rows(ROW).replace(b",", b"\t"), id="tabs"),
        pytest.param(b"sep=;\n" + with_rows(ROW).replace(b",", b";"), id="the separator named by Excel"),
        pytest.param(with_rows(ROW).decode().encode("utf-16"), id="UTF-16"),
        pytest.param(with_rows(ROW).decode().encode("utf-16-be"), id="UTF-16 without a mark"),
        pytest.param(with_rows(ROW).rstrip(b"\n"), id="no last line end"),
        pytest.param(b"\nIraq 2026,,,,,,,,\n\n" + with_rows(ROW), id="a title above the headings"),
    ],
)
def test_the_same_row_is_read_from(content):
    line = only(content)
    assert (line.code, line.centre, line.governorate) == ("138450-03", "138450", "IQ-KI")
    assert line.names["name_ar"] == "مدرسة النور" and line.names["name_ckb"] == "قوتابخانەی نوور"
    assert line.place == (44392200, 35468100) and line.registered == 512


def test_windows_1256_is_read_and_said_to_be_a_guess():
    text = f"{HEADINGS}\n138450,03,مدرسة النور,,Al-Noor,كركوك,35.4681,44.3922,512\n"
    found = stations(text.encode("cp1256"))
    assert found.lines["138450-03"].names["name_ar"] == "مدرسة النور"
    assert "encoding-guessed" in whys(found.remarks)


def test_headings_may_stand_in_any_order_and_in_arabic_or_kurdish():
    arabic = "خط الطول,المحافظة,رقم المركز,عدد الناخبين,رقم المحطة,الاسم,خط العرض"
    line = only(with_rows("44.3922,كركوك,138450,512,3,مدرسة النور,35.4681", headings=arabic))
    assert (line.code, line.governorate, line.place) == ("138450-03", "IQ-KI", (44392200, 35468100))
    kurdish = "پارێزگا,ژمارەی بنکە,ژمارەی وێستگە,ناو,ژمارەی دەنگدەران"
    line = only(with_rows("هەولێر,138450,3,قوتابخانە,512", headings=kurdish))
    assert (line.code, line.governorate, line.names) == ("138450-03", "IQ-AR", {"name_ckb": "قوتابخانە"})


@pytest.mark.parametrize(
    "governorate",
    [
        "IQ-KI",
        "iq-ki",
        "KI",
        "Kirkuk",
        "kirkuk governorate",
        "كركوك",
        "کرکوك",
        "محافظة كركوك",
        "کەرکووک",
        "پارێزگای کەرکووک",
    ],
)
def test_a_governorate_is_known_by_code_or_name_however_its_letters_are_typed(governorate):
    assert only(with_rows(f"138450,03,,,,{governorate},,,")).governorate == "IQ-KI"


def test_arabic_and_persian_digits_are_digits():
    line = only(with_rows('١٣٨٤٥٠,۰۳,,,,IQ-KI,٣٥٫٤٦٨١,٤٤٫٣٩٢٢,"١٬٥١٢"'))
    assert (line.code, line.place, line.registered) == ("138450-03", (44392200, 35468100), 1512)


def test_codes_are_text_and_keep_their_zeros():
    found = stations(with_rows("001234,03,,,,IQ-KI,,,", "138450,003,,,,IQ-KI,,,", "138450,3,,,,IQ-KI,,,"))
    assert list(found.lines) == ["001234-03", "138450-003", "138450-03"]
    assert "zeros-may-be-lost" not in whys(found.remarks)


def test_a_number_in_a_workbook_is_the_code_it_shows():
    line = only(workbook(HEADINGS.split(","), [138450.0, 3, "م", "ق", "N", "IQ-KI", 35.4681, 44.3922, 512.0]))
    assert (line.code, line.registered, line.place) == ("138450-03", 512, (44392200, 35468100))
    assert only(with_rows("138450.0,3.0,,,,IQ-KI,,,512.0")).code == "138450-03"


def test_zeros_that_a_spreadsheet_may_have_dropped_are_warned_of():
    found = stations(workbook(HEADINGS.split(","), [138450, 3, "", "", "", "IQ-KI"], [1234, 1, "", "", "", "IQ-KI"]))
    warning = next(each for each in found.remarks if each.why == "zeros-may-be-lost")
    assert warning.value == "1" and len(found.lines) == 2


def test_digits_that_a_spreadsheet_has_rounded_away_are_refused():
    assert whys(stations(with_rows("1.38E+05,03,,,,IQ-KI,,,")).refused) == ["bad-code"]


def test_a_cell_may_have_several_lines_and_rows_are_counted_as_the_spreadsheet_does():
    found = stations(with_rows('138450,03,"مدرسة\nالنور",,,IQ-KI,,,', "138451,01,,,,Atlantis,,,"))
    assert found.lines["138450-03"].names["name_ar"] == "مدرسة النور"
    assert [(each.row, each.why, each.value) for each in found.refused] == [(3, "unknown-governorate", "Atlantis")]


def test_swapped_coordinates_are_set_right_and_said_so():
    found = stations(with_rows("138450,03,,,,IQ-KI,44.3922,35.4681,"))
    assert found.lines["138450-03"].place == (44392200, 35468100)
    assert whys(found.remarks) == ["coordinates-swapped"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "why"),
    [
        ("48.85", "2.35", "coordinates-impossible"),
        ("0", "0", "coordinates-impossible"),
        ("35.4681", "", "coordinates-half"),
        ("35°28'N", "44°23'E", "coordinates-unreadable"),
    ],
)
def test_a_place_that_cannot_be_is_left_out_and_the_station_kept(latitude, longitude, why):
    found = stations(with_rows(f"138450,03,,,,IQ-KI,{latitude},{longitude},512"))
    assert found.lines["138450-03"].place is None and whys(found.remarks) == [why]


def test_a_row_said_twice_counts_once_and_one_that_contradicts_is_refused():
    found = stations(with_rows(ROW, ROW, ROW.replace("512", "600")))
    assert (len(found.lines), found.repeated) == (1, 1)
    assert [(each.row, each.why) for each in found.refused] == [(4, "repeated-differs")]


def test_a_centre_stands_in_one_governorate():
    found = stations(with_rows("138450,01,,,,IQ-KI,,,", "138450,02,,,,IQ-SU,,,"))
    assert whys(found.refused) == ["centre-in-two-governorates"] and list(found.lines) == ["138450-01"]


def test_the_whole_code_may_stand_in_one_column():
    assert only(with_rows("138450-3,IQ-KI", headings="station,governorate")).code == "138450-03"
    assert only(with_rows("138450,138450-03,,,,IQ-KI,,,")).code == "138450-03"
    assert whys(stations(with_rows("3,IQ-KI", headings="station,governorate")).refused) == ["no-code"]


def test_the_sheet_that_holds_the_list_is_found():
    content = workbook(HEADINGS.split(","), ROW.split(","), before=[["How to fill this in"], ["centre", "the code"]])
    assert only(content).code == "138450-03"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "file-empty", id="nothing"),
        pytest.param(b"\n \n", "file-empty", id="blank lines"),
        pytest.param(HEADINGS.encode(), "file-no-rows", id="only headings"),
        pytest.param(b"a,b\n1,2\n", "file-no-columns", id="another list"),
        pytest.param(b"station,governorate,station\n1,2,3\n", "file-column-twice", id="a column twice"),
        pytest.param(b"%PDF-1.7 ...", "file-not-a-table", id="a PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n....", "file-not-a-table", id="a picture"),
        pytest.param(b"\x7fELF\x02\x01\x01" + bytes(64), "file-not-a-table", id="a program"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file-old-excel", id="an .xls"),
        pytest.param(
            with_rows(ROW, ROW)[:-30].replace(b"138450", b'"138450', 1), "file-cut-off", id="a quote left open"
        ),
        pytest.param(workbook(HEADINGS.split(","))[:900], "file-cut-off", id="half a workbook"),
        pytest.param("centre,station,governorate\n1,1,كركوك".encode()[:-1], "file-cut-off", id="half a letter"),
        pytest.param(b"x" * (MOST_BYTES + 1), "file-too-large", id="too large"),
    ],
)
def test_a_wrong_file_is_refused_in_one_word(content, code):
    assert fault(content) == code


def test_a_list_cut_in_the_middle_of_a_row_loses_only_that_row():
    found = stations(with_rows(ROW, "138451,01,مدرسة").rstrip(b"\n"))
    assert list(found.lines) == ["138450-03"]
    assert [(each.row, each.why) for each in found.remarks] == [(3, "row-cut-off")]


def test_a_workbook_that_would_grow_beyond_measure_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 40_000_000)
    assert fault(target.getvalue()) == "file-too-large"


def test_a_workbook_with_entities_is_refused():
    source, target = io.BytesIO(workbook(HEADINGS.split(","), ROW.split(","))), io.BytesIO()
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><worksheet>&b;</worksheet>'
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            new.writestr(part, bomb if part.endswith("sheet1.xml") else old.read(part))
    assert fault(target.getvalue()) == "file-damaged"


def test_a_document_of_another_program_is_not_a_table():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", b"<x/>")
    assert fault(target.getvalue()) == "file-not-a-table"


def test_names_and_telephones_are_not_kept_and_the_reader_is_told():
    table = read_table("badge,الاسم,phone,observer,stations\nB-7,Layla,0770,Layla A.,138450-03\n".encode(), OBSERVERS)
    assert dict(table.rows[0].cells) == {"badge": "B-7", "stations": "138450-03"}
    assert [(each.why, each.value) for each in table.remarks] == [("names-not-stored", "الاسم, phone, observer")]


def test_a_column_nobody_knows_is_named_and_passed_over():
    table = read_table(lists.with_rows("138450-03,IQ-KI,blue", headings="station,governorate,colour"), STATIONS)
    assert [(each.why, each.value) for each in table.remarks] == [("columns-ignored", "colour")]
