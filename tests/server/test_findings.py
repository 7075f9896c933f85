"""A coordinator's finding stands beside what the observer said, names what it judges, and is never lost unseen."""

import pytest
from sqlalchemy import select

from server.database import db
from server.operations.check_out import check_in, check_out
from server.operations.fold_entries import fold_entries
from server.operations.release_report import release_report
from server.operations.review_report import review_report, review_reports
from server.problems import Problem
from server.projections.findings import standing_of
from server.projections.inbox import InboxRow
from server.projections.reports import ReportRow
from tests.builders import BuiltPhone, add_register, desk_client, desk_reader
from tests.server.small_server import small_server

READER = desk_reader()
COLLEAGUE = desk_reader(identity="s-colleague")


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    app, held, clock = small_server(tmp_path_factory.mktemp("findings"))
    add_register(held)
    for reader in (READER, COLLEAGUE):
        desk_client(app, held, identity=reader.id)
    with app.app_context():
        yield held, clock, BuiltPhone(held, 1, "o-dijla", "shams"), BuiltPhone(held, 2, "o-furat", "tammuz")


@pytest.fixture
def held(ready):
    return ready[0]


@pytest.fixture
def clock(ready):
    return ready[1]


@pytest.fixture
def phone(ready):
    return ready[2]


@pytest.fixture
def stranger(ready):
    return ready[3]


def row(subject: str) -> ReportRow:
    db.session.rollback()
    return db.session.execute(select(ReportRow).where(ReportRow.subject == subject)).scalar_one()


def standing(held, subject: str, author: str = "o-dijla"):
    with held.engine.connect() as connection:
        return standing_of(connection, "shams", subject, author)


def refused(code: str):
    return pytest.raises(Problem, match=f"^{code}$")


def test_an_upheld_report_is_verified(held, phone):
    report = phone.incident()
    review_report(held, READER, report.id, "o-dijla", "uphold", "")
    assert row(report.id).finding == "verified"


def test_a_later_finding_takes_the_place_of_the_earlier_one(held, phone):
    report = phone.incident()
    first = review_report(held, READER, report.id, "o-dijla", "doubt", "who saw it?")
    review_report(held, COLLEAGUE, report.id, "o-dijla", "uphold", "")
    assert row(report.id).finding == "verified"
    assert first not in standing(held, report.id).findings


def test_a_correction_is_shown_and_the_observers_words_stay(held, phone):
    report = phone.incident(severity=2)
    review_report(held, READER, report.id, "o-dijla", "correct", "a queue of hours", {"severity": "4"})
    found = row(report.id)
    assert (found.severity, found.finding) == (4, "corrected")
    assert '"severity":2' in found.value


def test_upholding_a_corrected_report_keeps_the_correction(held, phone):
    report = phone.incident(severity=2)
    review_report(held, READER, report.id, "o-dijla", "correct", "a queue of hours", {"severity": "4"})
    review_report(held, READER, report.id, "o-dijla", "uphold", "")
    assert (row(report.id).severity, row(report.id).finding) == (4, "verified")


def test_a_report_of_an_unknown_station_is_attached_and_stays_attached(held, phone):
    report = phone.incident(station="999999-99")
    assert row(report.id).status == "quarantined"
    review_report(held, READER, report.id, "o-dijla", "correct", "typed wrong", {"station": "138450-02"})
    assert (row(report.id).status, row(report.id).station) == ("live", "138450-02")
    review_report(held, READER, report.id, "o-dijla", "uphold", "")
    assert (row(report.id).status, row(report.id).station) == ("live", "138450-02")


@pytest.mark.parametrize("finding", ["doubt", "correct"])
def test_doubt_and_correction_need_a_reason(held, phone, finding):
    report = phone.incident()
    with refused("bad-field"):
        review_report(held, READER, report.id, "o-dijla", finding, "  ", {"severity": "1"})
    assert row(report.id).finding == "unverified"


@pytest.mark.parametrize(
    "value", [{}, {"severity": "6"}, {"type": "XX99"}, {"station": "000000-00"}, {"severity": "٣x"}]
)
def test_a_correction_to_nothing_or_nonsense_is_refused(held, phone, value):
    report = phone.incident()
    with refused("bad-field"):
        review_report(held, READER, report.id, "o-dijla", "correct", "why", value)


def test_another_organisations_report_is_not_there(held, stranger):
    report = stranger.incident()
    with refused("not-found"):
        review_report(held, READER, report.id, "o-furat", "uphold", "")
    with refused("not-found"):
        release_report(held, READER, report.id, "o-furat", "public")
    with refused("not-found"):
        check_out(held, READER, report.id)


def test_a_withdrawn_report_is_not_judged(held, phone):
    report = phone.incident()
    phone.write("retract", {"reason": "mistake"}, subject=report.id, refs=[report.id])
    with refused("withdrawn"):
        review_report(held, READER, report.id, "o-dijla", "uphold", "")


def test_of_two_who_judge_the_same_page_at_once_the_second_is_told(held, phone, monkeypatch):
    report = phone.incident()
    seen = standing(held, report.id).mark
    # The first finding is stored and the follower has not come to it yet.
    monkeypatch.setattr("server.operations.review_report.fold_entries", lambda held: 0)
    review_report(held, READER, report.id, "o-dijla", "uphold", "", seen=seen)
    with refused("already-judged"):
        review_report(held, COLLEAGUE, report.id, "o-dijla", "doubt", "who saw it?", seen=seen)
    fold_entries(held)
    assert row(report.id).finding == "verified"


def test_pressing_twice_contests_nothing(held, phone, monkeypatch):
    report = phone.incident()
    monkeypatch.setattr("server.operations.review_report.fold_entries", lambda held: 0)
    for _ in range(2):
        assert review_reports(held, READER, [(report.id, "o-dijla")], "uphold", "") == [(report.id, None)]
    fold_entries(held)
    assert row(report.id).finding == "verified"


def test_a_finding_reaches_only_whom_it_judges(held, phone):
    other = BuiltPhone(held, 3, "o-zab", "shams")
    report = phone.incident()
    other.incident(subject=report.id)
    review_report(held, READER, report.id, "o-dijla", "doubt", "o-zab was there and saw nothing")
    with held.engine.connect() as connection:
        told = connection.execute(select(InboxRow.observer).where(InboxRow.observer.in_(["o-dijla", "o-zab"])))
        assert "o-zab" not in told.scalars().all()


def test_nobody_judges_a_version_they_have_not_seen(held, phone):
    report = phone.incident(severity=2)
    seen = standing(held, report.id).mark
    phone.correct(report, severity=5)
    with refused("already-judged"):
        review_report(held, READER, report.id, "o-dijla", "uphold", "", seen=seen)


def test_a_change_by_the_observer_after_the_finding_shows_that_it_is_stale(held, phone):
    report = phone.incident()
    review_report(held, READER, report.id, "o-dijla", "uphold", "")
    phone.correct(report, severity=5)
    assert row(report.id).is_finding_stale


def test_what_a_colleague_has_in_hand_is_left_alone(held, phone):
    report = phone.incident()
    check_out(held, COLLEAGUE, report.id)
    with refused("checked-out") as caught:
        review_report(held, READER, report.id, "o-dijla", "uphold", "")
    assert caught.value.detail == "s-colleague"
    review_report(held, READER, report.id, "o-dijla", "uphold", "", take_over=True)
    assert row(report.id).finding == "verified"


def test_a_report_in_hand_is_free_again_after_ten_minutes_and_when_let_go(held, clock, phone):
    report = phone.incident()
    check_out(held, COLLEAGUE, report.id)
    clock.pass_s(601)
    check_out(held, READER, report.id)
    with refused("checked-out"):
        check_out(held, COLLEAGUE, report.id)
    check_in(held, READER, report.id)
    check_out(held, COLLEAGUE, report.id)


def test_the_open_page_renews_what_it_has_in_hand(held, clock, phone):
    report = phone.incident()
    check_out(held, READER, report.id)
    clock.pass_s(500)
    check_out(held, READER, report.id)
    clock.pass_s(500)
    with refused("checked-out"):
        check_out(held, COLLEAGUE, report.id)


def test_one_bad_report_among_many_spares_the_others(held, phone, stranger):
    good, foreign, withdrawn = phone.incident(), stranger.incident(), phone.incident()
    phone.write("retract", {"reason": "mistake"}, subject=withdrawn.id, refs=[withdrawn.id])
    asked = [(good.id, "o-dijla"), (foreign.id, "o-furat"), (withdrawn.id, "o-dijla"), (good.id, "o-dijla")]
    outcomes = review_reports(held, READER, asked, "uphold", "")
    assert outcomes == [(good.id, None), (foreign.id, "not-found"), (withdrawn.id, "withdrawn")]
    assert row(good.id).finding == "verified"


def test_a_release_opens_the_report_to_the_other_organisation(held, phone):
    report = phone.incident()
    release_report(held, READER, report.id, "o-dijla", "tammuz")
    assert row(report.id).released_to.split() == ["tammuz"]


@pytest.mark.parametrize("to", ["shams", "nobody", "", "public x"])
def test_a_release_to_nobody_known_is_refused(held, phone, to):
    report = phone.incident()
    with refused("bad-field"):
        release_report(held, READER, report.id, "o-dijla", to)
