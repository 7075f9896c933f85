"""What people wrote about one subject and what stands in the end, written by hand."""

from typing import Any


def _claim(identity: str, author: str, kind: str = "incident.report", *refs: str, **more: Any) -> dict[str, Any]:
    usual = {"subject": "first", "quarantined": None, "seq": 1, "device": f"{author}-phone"}
    return {"id": identity, "author": author, "kind": kind, "refs": list(refs), **usual, **more}


def _case(name: str, claims: list[dict[str, Any]], buckets: dict[str, str], **more: Any) -> dict[str, Any]:
    """heads, tips, disputes, waiting and findings are those of the report of amal about incidents."""
    return {"name": name, "claims": claims, "buckets": buckets, **more}


FIRST = _claim("first", "amal")
INCIDENT = "incident.report"

MERGE_CASES: list[dict[str, Any]] = [
    _case("one report stands", [FIRST], {"first": "live"}, heads=["first"]),
    _case(
        "a correction supersedes what it names",
        [FIRST, _claim("second", "amal", INCIDENT, "first")],
        {"first": "superseded", "second": "live"}, heads=["second"],
    ),
    _case(
        "two phones of one observer conflict",
        [FIRST, _claim("a", "amal", INCIDENT, "first"),
         _claim("b", "amal", INCIDENT, "first", device="other")],
        {"first": "superseded", "a": "live", "b": "live"}, heads=["a", "b"],
    ),
    _case(
        "an entry that names both settles a conflict",
        [FIRST, _claim("a", "amal", INCIDENT, "first"), _claim("b", "amal", INCIDENT, "first"),
         _claim("c", "amal", INCIDENT, "a", "b")],
        {"first": "superseded", "a": "superseded", "b": "superseded", "c": "live"}, heads=["c"],
    ),
    _case(
        "a correction by a stranger is a dispute without effect",
        [FIRST, _claim("meddled", "baran", INCIDENT, "first")],
        {"first": "live", "meddled": "live"}, heads=["first"], disputes=["meddled"],
    ),
    _case(
        "a retraction by a stranger is a dispute without effect",
        [FIRST, _claim("meddled", "baran", "retract", "first")],
        {"first": "live", "meddled": "live"}, heads=["first"], disputes=["meddled"],
    ),
    _case(
        "another kind by the same observer corrects nothing",
        [FIRST, _claim("visit", "amal", "visit.close", "first")],
        {"first": "live", "visit": "live"}, heads=["first"],
    ),
    _case(
        "a retraction withdraws the report",
        [FIRST, _claim("r", "amal", "retract", "first")],
        {"first": "retracted", "r": "live"}, heads=[], retracted=True, tips=["first"],
    ),
    _case(
        "a retraction whose target has not arrived waits",
        [_claim("r", "amal", "retract", "first")], {"r": "live"}, all_waiting=[["r", "first"]],
    ),
    _case(
        "a correction whose target has not arrived stands and waits",
        [_claim("second", "amal", INCIDENT, "first")], {"second": "live"},
        heads=["second"], waiting=["first"], all_waiting=[["second", "first"]],
    ),
    _case(
        "reinstating undoes the retraction it names",
        [FIRST, _claim("r", "amal", "retract", "first"), _claim("back", "amal", "reinstate", "r")],
        {"first": "live", "r": "live", "back": "live"}, heads=["first"],
    ),
    _case(
        "a reinstatement that names the report and not the retraction does nothing",
        [FIRST, _claim("r", "amal", "retract", "first"), _claim("back", "amal", "reinstate", "first")],
        {"first": "retracted", "r": "live", "back": "live"}, heads=[], retracted=True, tips=["first"],
    ),
    _case(
        "a stranger reinstates nothing",
        [FIRST, _claim("r", "amal", "retract", "first"), _claim("back", "baran", "reinstate", "r")],
        {"first": "retracted", "r": "live", "back": "live"},
        heads=[], retracted=True, tips=["first"], disputes=["back"],
    ),
    _case(
        "of two retractions both must be undone",
        [FIRST, _claim("r", "amal", "retract", "first"), _claim("q", "amal", "retract", "first"),
         _claim("back", "amal", "reinstate", "r")],
        {"first": "retracted", "r": "live", "q": "live", "back": "live"},
        heads=[], retracted=True, tips=["first"],
    ),
    _case(
        "after a reinstatement a new retraction withdraws again",
        [FIRST, _claim("r", "amal", "retract", "first"), _claim("back", "amal", "reinstate", "r"),
         _claim("q", "amal", "retract", "first")],
        {"first": "retracted", "r": "live", "back": "live", "q": "live"},
        heads=[], retracted=True, tips=["first"],
    ),
    _case(
        "a correction of a retracted entry stays retracted",
        [FIRST, _claim("r", "amal", "retract", "first"), _claim("second", "amal", INCIDENT, "first")],
        {"first": "retracted", "r": "live", "second": "retracted"}, heads=[], retracted=True, tips=["second"],
    ),
    _case(
        "withdrawing the correction does not bring back the first version",
        [FIRST, _claim("second", "amal", INCIDENT, "first"), _claim("r", "amal", "retract", "second")],
        {"first": "superseded", "second": "retracted", "r": "live"},
        heads=[], retracted=True, tips=["second"],
    ),
    _case(
        "a correction of two entries of which one is retracted stands",
        [FIRST, _claim("b", "amal"), _claim("r", "amal", "retract", "first"),
         _claim("c", "amal", INCIDENT, "first", "b")],
        {"first": "retracted", "b": "superseded", "r": "live", "c": "live"}, heads=["c"],
    ),
    _case(
        "a quarantined correction consumes nothing",
        [FIRST, _claim("second", "amal", INCIDENT, "first", quarantined="unknown-station")],
        {"first": "live", "second": "quarantined"}, heads=["first"],
    ),
    _case(
        "a quarantined retraction consumes nothing",
        [FIRST, _claim("r", "amal", "retract", "first", quarantined="revoked-device")],
        {"first": "live", "r": "quarantined"}, heads=["first"],
    ),
    _case(
        "a correction puts a quarantined entry right",
        [_claim("first", "amal", quarantined="unknown-station"), _claim("second", "amal", INCIDENT, "first")],
        {"first": "quarantined", "second": "live"}, heads=["second"],
    ),
    _case(
        "a correction of a quarantined entry that was retracted stays retracted",
        [_claim("first", "amal", quarantined="unknown-station"), _claim("second", "amal", INCIDENT, "first"),
         _claim("r", "amal", "retract", "first")],
        {"first": "quarantined", "second": "retracted", "r": "live"},
        heads=[], retracted=True, tips=["second"],
    ),
    _case(
        "a review consumes nothing and is found",
        [FIRST, _claim("f", "desk", "review", "first")],
        {"first": "live", "f": "live"}, heads=["first"], findings=["f"], finding_heads=["f"],
    ),
    _case(
        "a review that names a review takes its place",
        [FIRST, _claim("f", "desk", "review", "first"), _claim("g", "desk2", "review", "f")],
        {"first": "live", "f": "live", "g": "live"}, heads=["first"], findings=["g"], finding_heads=["g"],
    ),
    _case(
        "two reviews that do not know each other both stand",
        [FIRST, _claim("f", "desk", "review", "first"), _claim("g", "desk2", "review", "first")],
        {"first": "live", "f": "live", "g": "live"},
        heads=["first"], findings=["f", "g"], finding_heads=["f", "g"],
    ),
    _case(
        "several observers are never merged into each other",
        [FIRST, _claim("other", "baran")], {"first": "live", "other": "live"}, heads=["first"],
    ),
    _case(
        "a reference to another subject waits for ever",
        [FIRST, _claim("r", "amal", "retract", "first", subject="elsewhere")],
        {"first": "live", "r": "live"}, heads=["first"], all_waiting=[["r", "first"]],
    ),
]  # fmt: skip
