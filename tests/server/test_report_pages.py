"""What a coordinator, a clerk and the commission see of reports, and what they never see."""

import csv
import io
import re

import pytest
from sqlalchemy import insert

from server.operations.release_report import release_report
from server.operations.review_report import review_report
from server.projections.countersigned import CountersignedRow
from tests.builders import (
    BuiltPhone,
    add_register,
    desk_client,
    desk_reader,
    keep_photo,
    named,
    photo,
)
from tests.server.small_server import small_server

READER = desk_reader()
SHOWN, REPLACED, TAPE_PAGE = photo("teal"), photo("maroon"), photo("gold")


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    app, held, _ = small_server(tmp_path_factory.mktemp("pages"))
    add_register(held)
    return app, held


@pytest.fixture(scope="module")
def held(ready):
    return ready[1]


@pytest.fixture(scope="module")
def desk(ready):
    return desk_client(*ready)


@pytest.fixture(scope="module")
def clerk(ready):
    return desk_client(*ready, role="clerk")


@pytest.fixture(scope="module")
def liaison(ready):
    return desk_client(*ready, "tammuz", "liaison")


@pytest.fixture(scope="module")
def rival(ready):
    return desk_client(*ready, "tammuz", "coordinator")


@pytest.fixture(scope="module")
def phone(held):
    return BuiltPhone(held, 1, "o-dijla", "shams")


@pytest.fixture(scope="module")
def second(held):
    return BuiltPhone(held, 2, "o-zab", "shams")


@pytest.fixture(scope="module")
def stranger(held):
    return BuiltPhone(held, 3, "o-furat", "tammuz")


def text(answer) -> str:
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)


def listed(client, query: str = "") -> list[str]:
    rows = re.findall(r'data-row-link href="/incidents/([\w-]{43})', text(client.get("/incidents" + query)))
    return list(rows)


def test_the_list_shows_the_newest_first_and_only_ones_own(desk, rival, phone, stranger):
    older, newer, foreign = phone.incident(), phone.incident(), stranger.incident()
    found = listed(desk)
    assert found.index(newer.id) < found.index(older.id)
    assert foreign.id not in found
    assert foreign.id in listed(rival)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("?governorate=IQ-SU", {"station": "230077-01"}),
        ("?type=OP02", {"type": "OP02"}),
        ("?group=security", {"type": "SE01"}),
        ("?severity=5", {"severity": 5}),
        ("?station=100201-02", {"station": "100201-02"}),
        ("?station=١٠٠٢٠١", {"station": "100201-02"}),
        ("?q=كركوك", {"text": "طابور طويل قرب کەرکوک".replace("کەرکوک", "کرکوک")}),
        ("?phase=opening", {"type": "OP01"}),
        ("?escalated=1", {"severity": 5}),
    ],
)
def test_a_filter_leaves_what_it_asks_for(desk, phone, query, fields):
    kept = phone.incident(**fields)
    others = phone.incident(type="VO05", severity=1)
    found = listed(desk, query)
    assert kept.id in found
    assert others.id not in found


def test_nonsense_in_the_address_asks_nothing_and_breaks_nothing(desk):
    query = "?severity=x&from=99:99&before=abc&after=-1&status=zzz&q=%25_&group=none&type=%27%3B--"
    assert desk.get("/incidents" + query).status_code == 200
    # No keyboard writes a NUL, and PostgreSQL takes none: such an address leads nowhere on either database.
    assert desk.get("/incidents?q=%00").status_code == 404


def test_a_long_list_is_read_page_by_page_without_a_gap(desk, phone):
    made = [phone.incident(type="VO09", fold=index == 59).id for index in range(60)]
    first = listed(desk, "?type=VO09")
    older = re.search(r'href="(/incidents\?[^"]*before=\d+)"', text(desk.get("/incidents?type=VO09")))
    second = re.findall(r'data-row-link href="/incidents/([\w-]{43})', text(desk.get(older[1].replace("&amp;", "&"))))
    assert [*first, *second] == list(reversed(made))


def test_new_arrivals_are_counted_and_fetched_without_loading_the_list_again(desk, phone):
    newest = int(re.search(r'data-newest="(\d+)"', text(desk.get("/incidents")))[1])
    assert desk.get(f"/incidents/new?after={newest}").json == {"count": 0}
    report = phone.incident()
    assert desk.get(f"/incidents/new?after={newest}").json == {"count": 1}
    assert report.id in text(desk.get(f"/incidents/rows?after={newest}"))


def test_an_empty_list_says_so(desk):
    assert "Nothing fits this filter" in text(desk.get("/incidents?observer=nobody"))


def test_markup_in_a_report_stays_words(desk, phone):
    report = phone.incident(text="<script>alert(1)</script>")
    page = text(desk.get(f"/incidents/{report.id}"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_one_finding_is_put_on_many_reports(desk, phone, second):
    one, two = phone.incident(), second.incident()
    form = {"csrf": "right", "finding": "uphold", "report": [f"{one.id} o-dijla", f"{two.id} o-zab"]}
    assert "Judged: \u20682\u2069" in text(desk.post("/incidents/findings", data=form))
    assert {one.id, two.id} <= set(listed(desk, "?finding=verified"))


def test_a_finding_without_its_reason_comes_back_with_what_was_typed(desk, phone):
    report = phone.incident()
    form = {"csrf": "right", "author": "o-dijla", "finding": "correct", "reason": "", "severity": "4"}
    answer = desk.post(f"/incidents/{report.id}/finding", data=form)
    assert answer.status_code == 400
    assert re.search(r'<option value="4" selected>', answer.get_data(as_text=True))


def test_a_finding_leads_back_to_the_report_and_its_filter(desk, phone):
    report = phone.incident()
    form = {"csrf": "right", "author": "o-dijla", "finding": "doubt", "reason": "who saw it?"}
    answer = desk.post(f"/incidents/{report.id}/finding?governorate=IQ-KI", data=form)
    assert (answer.status_code, answer.location) == (303, f"/incidents/{report.id}?governorate=IQ-KI&done=finding")
    page = text(desk.get(answer.location))
    assert "who saw it?" in page and "Doubted" in page


def test_a_form_without_its_token_changes_nothing(desk, phone):
    report = phone.incident()
    form = {"author": "o-dijla", "finding": "uphold"}
    for path in ("finding", "release", "check-out", "check-in"):
        assert desk.post(f"/incidents/{report.id}/{path}", data=form).status_code == 403


def test_the_page_shows_every_signed_entry_as_it_was_written(desk, phone):
    report = phone.incident(text="أول")
    phone.correct(report, text="ثان")
    page = text(desk.get(f"/incidents/{report.id}"))
    for written in phone.phone.chain[-2:]:
        assert written.id in page and written.texts[1] in page


def test_the_page_says_whether_the_organisation_confirmed_the_phone(desk, held, phone):
    page = f"/incidents/{phone.incident().id}"
    unconfirmed, confirmed = "not yet confirmed by the organisation", "confirmed by the organisation</span>"
    assert unconfirmed in text(desk.get(page))
    row = {"id": "e", "kind": "device.enrol", "device": phone.phone.key.device, "organisation": "shams", "idx": 0}
    held.write(lambda connection: connection.execute(insert(CountersignedRow), [row]) and None)
    shown = text(desk.get(page))
    assert unconfirmed not in shown and confirmed in shown


def test_an_observers_two_versions_are_both_shown(desk, phone):
    report = phone.incident(severity=2)
    phone.correct(report, severity=3, text="first version")
    phone.correct(report, severity=4, text="second version")
    page = text(desk.get(f"/incidents/{report.id}"))
    assert "first version" in page and "second version" in page
    assert "The observer&#39;s versions differ" in page


def test_another_organisations_report_photo_and_page_are_not_there(rival, held, phone):
    content = photo("olive")
    keep_photo(held, content)
    report = phone.incident(photos=[named(content)])
    for path in (f"/incidents/{report.id}", f"/photos/{named(content)[0]}", f"/photos/{named(content)[0]}/original"):
        assert rival.get(path, buffered=True).status_code == 404


def test_the_commission_sees_what_was_released_and_not_who_saw_it(liaison, held, phone):
    content = photo("orchid")
    keep_photo(held, content)
    report = phone.incident(text="released words", place=[44_412_345, 35_467_890, 9], photos=[named(content)])
    kept_back = phone.incident()
    release_report(held, READER, report.id, "o-dijla", "tammuz")
    assert listed(liaison) and kept_back.id not in listed(liaison)
    pages = text(liaison.get("/incidents")) + text(liaison.get(f"/incidents/{report.id}")) + text(
        liaison.get("/stations/138450-03")
    )
    assert "released words" in pages
    for secret in ("o-dijla", "s-shams", phone.phone.key.device, "44.412", phone.phone.chain[-2].texts[1]):
        assert secret not in pages
    assert liaison.get(f"/photos/{named(content)[0]}", buffered=True).status_code == 200
    assert liaison.get(f"/photos/{named(content)[0]}/original", buffered=True).status_code == 403


def test_naming_a_released_photo_does_not_open_its_original(desk, rival, held, phone):
    content = photo("sienna")
    keep_photo(held, content)
    report = phone.incident(photos=[named(content)])
    release_report(held, READER, report.id, "o-dijla", "tammuz")
    BuiltPhone(held, 41, "o-tammuz-41", "tammuz").incident(photos=[named(content)])
    address = f"/photos/{named(content)[0]}"
    assert rival.get(address, buffered=True).status_code == 200
    assert rival.get(f"{address}/original", buffered=True).status_code == 404
    assert desk.get(f"{address}/original", buffered=True).data == content


def test_a_photo_that_was_replaced_is_no_part_of_a_release(held, liaison, phone):
    for content in (SHOWN, REPLACED):
        keep_photo(held, content)
    report = phone.incident(photos=[named(REPLACED)])
    phone.correct(report, photos=[named(SHOWN)])
    release_report(held, READER, report.id, "o-dijla", "tammuz")
    assert liaison.get(f"/photos/{named(SHOWN)[0]}", buffered=True).status_code == 200
    assert liaison.get(f"/photos/{named(REPLACED)[0]}", buffered=True).status_code == 404


def test_an_original_is_only_ever_a_download(desk, held, phone):
    content = photo("navy") + b"<script>alert(1)</script>"
    keep_photo(held, content)
    phone.incident(photos=[named(content)])
    answer = desk.get(f"/photos/{named(content)[0]}/original", buffered=True)
    assert answer.data == content
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_photo_that_cannot_be_shown_shows_that_and_can_be_downloaded(desk, held, phone):
    content = b"\xff\xd8\xff not a picture"
    keep_photo(held, content)
    phone.incident(photos=[named(content)])
    answer = desk.get(f"/photos/{named(content)[0]}", buffered=True)
    assert answer.mimetype == "image/svg+xml" and "cannot be shown" in answer.get_data(as_text=True)
    assert desk.get(f"/photos/{named(content)[0]}/original", buffered=True).data == content


def test_a_named_photo_that_has_not_arrived_is_announced(desk, phone):
    report = phone.incident(photos=[named(photo("pink"))])
    assert "not arrived yet" in text(desk.get(f"/incidents/{report.id}"))


def test_a_clerk_sees_tapes_and_their_photos_and_nothing_else(clerk, held, phone):
    keep_photo(held, TAPE_PAGE)
    tape = phone.tape({"101": 3}, photos=[named(TAPE_PAGE)], valid=3)
    content = photo("plum")
    keep_photo(held, content)
    incident = phone.incident(photos=[named(content)])
    assert clerk.get("/tapes").status_code == 200
    assert clerk.get(f"/tapes/{tape.id}").status_code == 200
    assert clerk.get(f"/photos/{named(TAPE_PAGE)[0]}", buffered=True).status_code == 200
    assert clerk.get(f"/incidents/{incident.id}").status_code == 404
    assert clerk.get(f"/photos/{named(content)[0]}", buffered=True).status_code == 404
    for path in ("/incidents", "/incidents.csv", "/quarantine", "/stations/138450-03"):
        assert clerk.get(path).status_code == 403


def test_the_spreadsheet_runs_no_formula_and_holds_only_ones_own(desk, phone, stranger):
    phone.incident(text='=HYPERLINK("http://x","y")')
    phone.incident(text="  @SUM(1)")
    foreign = stranger.incident(text="foreign words")
    answer = desk.get("/incidents.csv?source=released")
    assert answer.data.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.strip().startswith(("=", "+", "@", "-"))]
    assert foreign.id not in cells and any("=HYPERLINK" in cell for cell in cells)


def test_the_spreadsheet_is_not_fetched_without_end(desk):
    statuses = [desk.get("/incidents.csv").status_code for _ in range(7)]
    assert statuses[-1] == 429


def test_a_station_shows_every_account_and_where_they_differ(desk, phone, second):
    phone.observation({"OP1": "07:00", "OP2": 5}, station="100201-01")
    second.observation({"OP1": "07:40", "OP2": 5}, station="100201-01")
    page = text(desk.get("/stations/100201-01"))
    assert "07:00" in page and "07:40" in page
    assert page.count('class="is-contested"') == 1


def test_the_same_ticks_in_another_order_are_no_disagreement(desk, phone, second):
    phone.observation({"OP9": ["a", "b"]}, station="100201-02")
    second.observation({"OP9": ["b", "a"]}, station="100201-02")
    assert 'class="is-contested"' not in text(desk.get("/stations/100201-02"))


def test_a_hand_count_far_from_the_machine_is_said_to_be_above_the_threshold(desk, phone):
    phone.tape({"101": 100, "108": 100})
    phone.tape({"101": 94, "108": 105}, "manual")
    assert "above the threshold" in text(desk.get("/stations/138450-03"))


def test_a_station_without_visits_is_no_data_and_not_zero(desk):
    assert "no data, not a quiet day" in text(desk.get("/stations/138450-02"))
    row = text(desk.get("/stations?q=138450-02")).split("138450-02")[-1]
    assert "no data" in row and ">0<" not in row


def test_stations_are_found_by_any_spelling_of_their_name(desk):
    for asked in ("الرافدين", "ڕافیدەین", "rafidain", "١٣٨٤٥٠", "138450 03"):
        assert "138450-03" in text(desk.get(f"/stations?q={asked}"))
    assert desk.get("/stations/search?q=amal").json[0]["code"] == "100201-01"


def test_a_quarantined_report_is_attached_to_its_station_by_the_desk(desk, phone):
    report = phone.incident(station="777777-77", text="lost station")
    assert "lost station" in text(desk.get("/quarantine"))
    form = {"csrf": "right", "author": "o-dijla", "act": "attach", "station": "138450-01"}
    assert desk.post(f"/quarantine/{report.id}", data=form).status_code == 303
    assert "lost station" not in text(desk.get("/quarantine"))
    assert report.id in listed(desk, "?station=138450-01")


def test_what_is_left_in_quarantine_no_longer_waits(desk, phone):
    report = phone.incident(type="ZZ99", text="unknown kind of thing")
    form = {"csrf": "right", "author": "o-dijla", "act": "leave", "reason": "asked the observer"}
    assert desk.post(f"/quarantine/{report.id}", data=form).status_code == 303
    assert "unknown kind of thing" not in text(desk.get("/quarantine"))
    assert "unknown kind of thing" in text(desk.get("/quarantine?show=judged"))


def test_every_page_speaks_the_three_languages(desk, phone, held):
    report = phone.incident(severity=4)
    review_report(held, READER, report.id, "o-dijla", "correct", "why", {"severity": "3"})
    paths = ("/incidents", f"/incidents/{report.id}", "/stations", "/stations/138450-03", "/tapes", "/quarantine")
    for path in paths:
        for language, direction in (("ar", "rtl"), ("ckb", "rtl"), ("en", "ltr")):
            assert f'lang="{language}" dir="{direction}"' in text(desk.get(f"{path}?lang={language}"))
