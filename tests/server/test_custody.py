"""The evidence of a report is handed to a coordinator of its organisation, and a stranger can check every byte."""

from __future__ import annotations

import io
import json
import random
import re
import subprocess
import sys
import zipfile

import pytest
from sqlalchemy import text

from server.access import Reader
from server.audit.audit_place import audit_place
from server.custody.archive import WrongName, write_archive
from server.operations.export_custody import export_custody, owner_of
from server.operations.review_report import review_report
from server.problems import Problem
from server.standalone import verify
from tests.builders import desk_client, desk_reader, keep_photo, named, photo
from tests.servers import how_often
from tests.small_log import sealed_server


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A tape with two pages, one of which has not arrived, corrected once and upheld."""
    app, held, phone = sealed_server(tmp_path_factory.mktemp("custody"), entries=9)
    page, lost = photo("navy", (80, 60)), photo("black", (80, 60))
    first = phone.tape([page, lost])
    keep_photo(held, page)
    phone.tape([page], subject=first.id, refs=[first.id])
    from server.operations.fold_entries import fold_entries

    fold_entries(held)
    review_report(held, desk_reader(), first.id, "o-1", "uphold", "Both pages were compared.", {})
    yield app, held, first.id, named(page)[0], named(lost)[0]
    held.engine.dispose()


@pytest.fixture(scope="module")
def export(world, tmp_path_factory):
    _, held, subject, _, _ = world
    path = tmp_path_factory.mktemp("export") / "custody.zip"
    path.write_bytes(taken(held, desk_reader(), subject))
    return path


def taken(held, reader, subject, with_bodies=True):
    with export_custody(held, reader, subject, with_bodies) as file:
        return file.read()


def test_it_is_accepted_by_both_verifiers_and_by_itself(export):
    for found in (verify.check(str(export)), audit_place(str(export))):
        assert found.wrong == []
        assert any("5 entries" in each for each in found.checked)
    with zipfile.ZipFile(export) as archive:
        archive.extract("verify.py", export.parent)
    command = [sys.executable, "-I", str(export.parent / "verify.py"), str(export)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0 and "nothing wrong was found" in ran.stdout, ran.stdout + ran.stderr


def test_it_holds_the_originals_the_signed_entries_and_the_keys(world, export):
    _, held, _, page, lost = world
    with zipfile.ZipFile(export) as archive:
        names = archive.namelist()
        assert archive.read(f"photos/{page}") == held.photo_store.path_of(page).read_bytes()
        assert f"photos/{lost}" not in names
        assert {"README.txt", "sheet.html", "verify.py", "vkeys", "checkpoint", "keys.json", "manifest"} <= set(names)
        kinds = [json.loads(archive.read(name))["kind"] for name in names if name.endswith(".header")]
    assert sorted(kinds) == ["custody.export", "device.enrol", "review", "tape.submit", "tape.submit"]


def test_no_observer_is_named_in_it(world, export):
    """Neither the pseudonym nor the badge nor the enrolment's body; a phone's key is all that connects its entries."""
    _, held, _, _, _ = world
    with held.engine.connect() as connection:
        names = {name for row in connection.execute(text("SELECT id, badge FROM observers")) for name in row}
    with zipfile.ZipFile(export) as archive:
        content = b"\n".join(archive.read(name) for name in archive.namelist() if name != "verify.py").decode("latin-1")
    assert [name for name in names if re.search(rf"\b{re.escape(name)}\b", content)] == []


def test_the_sheet_speaks_three_languages_and_reads_from_the_right(export):
    with zipfile.ZipFile(export) as archive:
        sheet, readme = archive.read("sheet.html").decode(), archive.read("README.txt").decode()
    for language, direction in (("ar", "rtl"), ("ckb", "rtl"), ("en", "ltr")):
        assert f'<section lang="{language}" dir="{direction}">' in sheet
    for words in ("أدلة تقرير واحد", "بەڵگەکانی یەک ڕاپۆرت", "Evidence of one report", "Both pages were compared."):
        assert words in sheet
    assert "verify.py" in readme and not re.search("[\u2066-\u2069]", readme)
    assert not re.search(r'(?:src|href)="(?!photos/)', sheet), "it needs nothing from elsewhere"


def test_the_words_can_be_left_out_and_everything_else_is_still_proved(world, tmp_path):
    _, held, subject, _, _ = world
    path = tmp_path / "custody.zip"
    path.write_bytes(taken(held, desk_reader(), subject, with_bodies=False))
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".body")]
        assert b"Both pages" not in archive.read("sheet.html")
    for found in (verify.check(str(path)), audit_place(str(path))):
        assert found.wrong == [] and any("left out" in each for each in found.unknown)


def test_every_changed_byte_is_named_by_both(export, tmp_path):
    chance, content = random.Random(7), export.read_bytes()
    copy = tmp_path / "copy.zip"
    for _ in range(how_often(40, 200, 1000)):
        changed = bytearray(content)
        at, how = chance.randrange(len(changed)), chance.choice(("changed", "left out", "cut off"))
        if how == "changed":
            changed[at] ^= chance.randrange(1, 256)
        elif how == "left out":
            del changed[at]
        else:
            del changed[at:]
        copy.write_bytes(changed)
        assert verify.check(str(copy)).wrong, (at, how)
        assert audit_place(str(copy)).wrong, (at, how)
    copy.write_bytes(content + b"x")
    assert verify.check(str(copy)).wrong and audit_place(str(copy)).wrong


def lies(files):
    """What a server might hand out that signs whatever it is asked to: the file to change, and how."""
    first = min(name for name in files if name.endswith(".body"))[: -len("body")]
    other = max(name for name in files if name.endswith(".body"))[: -len("body")]
    page = next(name for name in files if name.startswith("photos/"))
    vouched = files[f"{other}signature"]
    return [
        {f"{first}signature": vouched},
        {f"{first}body": files[f"{first}body"].replace(b"120", b"999")},
        {f"{first}header": files[f"{first}header"].replace(b'"seq":', b'"seq": ')},
        {f"{first}tlog-proof": files[f"{other}tlog-proof"]},
        {f"{first}tlog-proof": files[f"{first}tlog-proof"].replace(b"index ", b"index 1")},
        {page: files[page] + b"x"},
        {"keys.json": b"[]"},
        {"vkeys": b""},
    ]


def test_a_server_that_signs_a_changed_export_is_found_out_by_the_phones_signatures(world, export, tmp_path):
    _, held, _, _, _ = world
    with zipfile.ZipFile(export) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name != "manifest"}
    origin = files["checkpoint"].decode().split("\n")[0]
    for at, lie in enumerate([{}, *lies(files)]):
        path = tmp_path / f"{at}.zip"
        with path.open("w+b") as file:
            write_archive(file, files | lie, {}, held.log_keys, origin)
        for found in (verify.check(str(path)), audit_place(str(path))):
            assert bool(found.wrong) == bool(lie), (lie.keys(), found.wrong)
            assert not any("what was copied" in each for each in found.wrong), "the list itself is rightly signed"


def test_a_coordinator_of_its_organisation_takes_it_and_nobody_else(world):
    app, held, subject, _, _ = world
    address = f"/tapes/{subject}/custody.zip"

    def asked(role, organisation="shams"):
        client = desk_client(app, held, organisation, role, identity=f"s-{organisation}-{role}-x")
        with client.post(address, data={"csrf": "right"}, headers={"Sec-Fetch-Site": "same-origin"}) as answer:
            answer.get_data()
            return answer

    answer = asked("coordinator")
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
    assert answer.headers["Cache-Control"] == "no-store"
    for role in ("administrator", "clerk", "liaison"):
        assert asked(role).status_code == 403
    assert asked("coordinator", "tammuz").status_code == 404


def test_the_journal_says_who_took_it(world):
    _, held, subject, _, _ = world
    before = _exports(held)
    taken(held, Reader("desk", "s-somebody", "shams", "coordinator"), subject)
    (new,) = _exports(held)[len(before) :]
    assert (new["by"], new["subject"], new["organisation"]) == ("s-somebody", subject, "shams")


def test_nothing_is_written_when_there_is_nothing_to_take(world):
    _, held, subject, _, _ = world
    before = _exports(held)
    for reader, asked in ((desk_reader("tammuz"), subject), (desk_reader(), "A" * 43)):
        with pytest.raises(Problem, match="not-found"):
            taken(held, reader, asked)
    assert _exports(held) == before
    assert owner_of(held, subject) == "shams"


def test_no_name_in_the_archive_leads_out_of_it(world):
    _, held, _, _, _ = world
    for name in ("../x", "/etc/passwd", "entries/../../x", "a\\b", "entries/", "", "photos/.hidden", "C:x"):
        with pytest.raises(WrongName):
            write_archive(io.BytesIO(), {name: b""}, {}, held.log_keys, "log.example")


def _exports(held):
    query = "SELECT header FROM entries ORDER BY idx"
    with held.engine.connect() as connection:
        headers = [json.loads(bytes(row.header)) for row in connection.execute(text(query))]
    return [header for header in headers if header["kind"] == "custody.export"]
