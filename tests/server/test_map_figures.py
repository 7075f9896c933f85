"""The figures of the map are those that anybody would count in the reports, whatever is asked of them."""

from collections import Counter
from random import Random

import pytest
from sqlalchemy import select

from server.database import db
from server.operations.release_report import release_report
from server.operations.review_report import review_report
from server.packs import load_pack
from server.projections.figures import (
    FiguresAsked,
    figures_by_governorate,
    fold_now,
    incidents_by_quarter,
    organisations_in,
)
from server.projections.reports import ReportRow
from tests.builders import STATIONS, BuiltPhone, add_register, desk_reader
from tests.server.small_server import small_server

TYPES = ("VO03", "OP02", "AC01", "CO02")
FINDINGS = ("uphold", "doubt", None, None)
CODES = tuple(load_pack().governorates_by_code)
VISIT_KINDS = ("visit.open", "incident.report", "observation.submit", "tape.submit")


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """Sixty incidents of five observers in two organisations, some judged, some taken back, two released."""
    app, held, clock = small_server(tmp_path_factory.mktemp("figures"))
    add_register(held)
    chance = Random(20261122)
    types = [code for code in TYPES if code in held.pack.types_by_code]
    phones = [BuiltPhone(held, 10 + at, f"o-{at}", "shams" if at < 4 else "tammuz") for at in range(5)]
    for phone in phones:
        phone.visit(chance.choice(STATIONS))
    for _ in range(60):
        phone = chance.choice(phones)
        written = phone.incident(
            station=chance.choice(STATIONS),
            type=chance.choice(types),
            severity=chance.randint(1, 5),
            occurred_ms=held.clock.now_ms() + chance.randint(-3, 9) * 1_800_000,
        )
        finding = chance.choice(FINDINGS)
        reader = desk_reader(phone.organisation)
        if chance.random() < 0.1:
            phone.write("retract", {"reason": "twice"}, subject=written.id, refs=[written.id])
            continue
        if finding:
            review_report(held, reader, written.id, phone.observer, finding, "seen")
        if phone.organisation == "tammuz" and chance.random() < 0.4:
            release_report(held, reader, written.id, phone.observer, "shams")
        clock.pass_s(60)
    with app.app_context():
        yield held


def seen_by(scope):
    """Every live report that `scope` may see."""
    rows = db.session.execute(select(ReportRow).where(ReportRow.status == "live")).scalars()
    return [row for row in rows if row.organisation == scope or scope in row.released_to.split()]


def counted_by_hand(scope, asked):
    reports = [row for row in seen_by(scope) if not asked.organisation or row.organisation == asked.organisation]
    incidents = [
        row for row in reports
        if row.kind == "incident.report"
        and (asked.types is None or row.type in asked.types)
        and row.severity >= asked.severity
        and (not asked.finding or row.finding == asked.finding)
        and (asked.until is None or row.quarter <= asked.until)
    ]  # fmt: skip
    first = {}
    for row in reports:
        if row.kind in VISIT_KINDS and row.station:
            pair = (row.author, row.station, row.governorate)
            first[pair] = min(row.quarter, first.get(pair, 95))
    visits = [pair for pair, quarter in first.items() if asked.until is None or quarter <= asked.until]
    return {
        "incidents": Counter(row.governorate for row in incidents),
        "verified": Counter(row.governorate for row in incidents if row.finding == "verified"),
        "doubted": Counter(row.governorate for row in incidents if row.finding == "doubted"),
        "visits": Counter(governorate for _, _, governorate in visits),
        "covered": Counter(governorate for _, governorate in {(station, where) for _, station, where in visits}),
    }


ASKED = {
    "everything": FiguresAsked(),
    "one type": FiguresAsked(types=("VO03",)),
    "no type that fits": FiguresAsked(types=()),
    "the severe": FiguresAsked(severity=4),
    "the verified": FiguresAsked(finding="verified"),
    "until half past nine": FiguresAsked(until=37),
    "one type until nine": FiguresAsked(types=("VO03", "OP02"), until=35),
    "the severe and doubted until ten": FiguresAsked(severity=3, finding="doubted", until=39),
    "one organisation": FiguresAsked(organisation="tammuz"),
    "one organisation until nine": FiguresAsked(organisation="shams", until=35),
}


@pytest.mark.parametrize("scope", ["shams", "tammuz"])
@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED.keys())
def test_figures_equal_a_count_by_hand(day, scope, asked):
    found = figures_by_governorate(db.session, scope, asked, CODES)
    expected = counted_by_hand(scope, asked)
    for code in CODES:
        figures = found[code].figures
        shown = (figures.incidents, figures.verified, found[code].doubted, figures.visits, figures.covered)
        named = ("incidents", "verified", "doubted", "visits", "covered")
        assert shown == tuple(expected[name][code] for name in named), code


def test_the_day_of_this_test_holds_every_case(day):
    reports = list(db.session.execute(select(ReportRow)).scalars())
    assert {"live", "retracted"} <= {row.status for row in reports}
    assert {"verified", "doubted", "unverified"} <= {row.finding for row in reports}
    assert any(row.released_to for row in reports)


def test_bars_of_the_day_add_up_to_the_figures(day):
    quarters = incidents_by_quarter(db.session, "shams")
    assert sum(sum(found.values()) for found in quarters.values()) == sum(
        counted_by_hand("shams", FiguresAsked())["incidents"].values()
    )


def test_a_station_nobody_visited_is_still_in_the_denominator(day):
    found = figures_by_governorate(db.session, "nobody", FiguresAsked(), CODES)
    assert found["IQ-KI"].figures.stations == 3
    assert found["IQ-KI"].figures.rate is None


def test_an_organisation_that_released_nothing_is_not_offered(day):
    assert organisations_in(db.session, "tammuz") == ["tammuz"]


def test_the_version_grows_with_every_entry_folded(day):
    before = fold_now(db.session).version
    db.session.rollback()
    BuiltPhone(day, 99, "o-late", "shams").incident()
    assert fold_now(db.session).version > before
