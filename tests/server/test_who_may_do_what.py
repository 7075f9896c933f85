"""Every route, asked by everybody: who is let in is what it declares, and nobody reaches into another organisation.

A new route with arguments, or one that changes something, needs a line in EXAMPLES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from server.access import ROLES, Policy, policy_of
from tests.conftest import DATABASES
from tests.server.small_server import SetClock
from tests.servers import Place, opened
from tests.two_organisations import OTHER, OWN, Things, TwoOrganisations
from tests.world import make_world

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NOWHERE = "A" * 43  # an id in the right spelling that nothing has
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class Example:
    """How a route is asked so that it answers: what its address names, what a form or a phone sends."""

    names: Mapping[str, Callable[[Things], str]] = field(default_factory=dict)
    form: Mapping[str, str | Callable[[Things], str]] = field(default_factory=dict)
    json: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    # Addresses that name what is everybody's: a station of the register, a file of the build.
    is_shared: bool = False
    # What a rightful request may be answered with beside success: the example is refused for its content.
    also: tuple[int, ...] = ()


def observer(things: Things) -> str:
    return things.observer


def of_incident(**form: str) -> Example:
    names = {"family": lambda _: "incidents", "subject": lambda things: things.incident}
    return Example(names, {"author": observer, **form})


def of_observer(**form: str) -> Example:
    return Example({"identity": observer}, form)


def of_staff() -> Example:
    return Example({"identity": lambda things: things.staff})


def of_import() -> Example:
    return Example({"identity": lambda things: things.taken_in})


EXAMPLES: dict[str, Example] = {
    "account.enter": Example(form={"name": "nobody", "password": "wrong"}, also=(401, 429)),
    "account.sign_out": Example(),
    "account.put_password": Example(form={"old": "x", "new": "one", "again": "other"}, also=(400,)),
    "account.put_language": Example(form={"language": "en"}),
    "account.make_token": Example(form={"label": "script"}),
    "account.revoke_token": Example(form={"token": NOWHERE}, also=(404,)),
    "account.end_sessions": Example(),
    "staff.add": Example(form={"name": "Somebody", "role": "clerk", "password": "weak"}, also=(400,)),
    "staff.disable": of_staff(),
    "staff.enable": of_staff(),
    "imports.preview": Example(form={"kind": "observers"}, also=(400,)),
    "imports.show": of_import(),
    "imports.confirm": of_import(),
    "observers.show": of_observer(),
    "observers.enrol": of_observer(),
    "observers.send": of_observer(text="go home"),
    "observers.revoke": Example(
        {"identity": observer, "device": lambda things: things.device},
        {"reason": "lost"},
        also=(409,),
    ),
    "enrolment.enrol": Example(json={}, also=(400,)),
    "exchange.sync": Example(json={"protocol": 1, "app": "test", "entries": [], "cursor": ""}),
    "exchange.have": Example(json={"heads": {}}),
    "phone_photos.create": Example(headers={**TUS, "Upload-Length": "1"}, also=(400,)),
    "phone_photos.offset": Example({"digest": lambda things: things.photo}, headers=TUS),
    "phone_photos.append": Example({"digest": lambda things: things.photo}, headers=TUS, also=(415,)),
    # Nothing seals in this process: what is not logged yet is answered with 503, what is not there with 404.
    "log.checkpoint": Example(also=(503,)),
    "log.witnessed": Example(also=(404,)),
    "log.verifier_keys": Example(also=(503,)),
    "log.tile": Example({"level": lambda _: "0", "place": lambda _: "000"}, is_shared=True, also=(404, 503)),
    "log.entries": Example({"place": lambda _: "000"}, is_shared=True, also=(404, 503)),
    "receipts.receipt": Example({"id": lambda _: NOWHERE}, is_shared=True, also=(404, 503)),
    "receipts.prove": Example(json={"ids": [NOWHERE], "from": 0}),
    "shell.app": Example({"path": lambda _: "today"}, is_shared=True, also=(404,)),
    "desk_files.send": Example({"name": lambda _: "desk.css"}, is_shared=True, also=(404,)),
    "governorate.page": Example({"code": lambda _: "IQ-KI"}, is_shared=True),
    "governorate.points": Example({"code": lambda _: "IQ-KI"}, is_shared=True),
    "stations.show": Example({"code": lambda _: "138450-03"}, is_shared=True),
    "incidents.judge_many": Example(form={"report": f"{NOWHERE} o-nobody", "finding": "uphold"}, also=(200,)),
    "reports.show": of_incident(),
    "reports.judge": of_incident(finding="uphold", take_over="1"),
    "reports.release": of_incident(to="public"),
    "custody.export": of_incident(),
    "reports.take": of_incident(take_over="1"),
    "reports.let_go": of_incident(),
    "photos.show": Example({"digest": lambda things: things.photo}),
    "photos.download": Example({"digest": lambda things: things.photo}),
    "quarantine.settle": Example(
        {"subject": lambda things: things.quarantined}, {"author": observer, "act": "leave", "reason": "unknown"}
    ),
}


def needs_example(rule: Rule) -> bool:
    return bool(rule.arguments - set(rule.defaults or ())) or not rule.methods <= SAFE


@pytest.fixture(scope="module", params=DATABASES)
def world(request, tmp_path_factory) -> Iterator[TwoOrganisations]:
    folder = tmp_path_factory.mktemp("access")
    url = "" if request.param == "sqlite" else request.getfixturevalue("cluster").new_database()
    with opened(Place(folder, url), SetClock()) as (app, held):
        make_world(held)
        yield TwoOrganisations(app, held)


def routes(world: TwoOrganisations, kind: str = "") -> list[tuple[Rule, str, Policy]]:
    """(rule, method, policy) of every route, each of its own methods once."""
    found = []
    for rule in world.app.url_map.iter_rules():
        methods = rule.methods - {"HEAD", "OPTIONS"} or rule.methods - {"OPTIONS"} or rule.methods
        policy = policy_of(world.app, rule.endpoint)
        found += [(rule, method, policy) for method in sorted(methods) if kind in ("", policy.kind)]
    return found


def ask(
    world: TwoOrganisations, client: FlaskClient, rule: Rule, method: str, things: Things | None, **more: Any
) -> TestResponse:
    """One request by the example of the route. With no things, its address names what does not exist."""
    example = EXAMPLES.get(rule.endpoint, Example())
    is_free = example.is_shared or things is not None
    names = {name: find(things) if is_free else NOWHERE for name, find in example.names.items()}  # type: ignore[arg-type]
    if "family" in names:
        names["family"] = "incidents"
    written = {
        name: value if isinstance(value, str) else value(things) if things else NOWHERE
        for name, value in example.form.items()
    }
    form = {**written, "csrf": "right", **more.pop("form", {})}
    headers = {"Accept": "application/json", **example.headers, **more.pop("headers", {})}
    with world.app.test_request_context():
        address = world.app.url_map.bind("localhost").build(rule.endpoint, names, method=method)
    sent = {"json": example.json} if example.json is not None else {"data": form if method not in SAFE else None}
    with client.open(address, method=method, headers=headers, **sent) as answer:
        answer.get_data()
    if rule.endpoint.startswith("account."):
        world.restore_sessions()
    return answer


def is_let_in(answer: TestResponse, rule: Rule) -> bool:
    return answer.status_code < 400 or answer.status_code in EXAMPLES.get(rule.endpoint, Example()).also


def code(answer: TestResponse) -> str:
    said = answer.get_json(silent=True)
    return said.get("code", "") if isinstance(said, dict) else ""


def failing(checks: Iterator[tuple[str, bool]]) -> list[str]:
    return [name for name, is_right in checks if not is_right]


def told(rule: Rule, method: str, who: str, answer: TestResponse) -> str:
    return f"{method} {rule.rule} asked by {who}: {answer.status_code} {code(answer)}"


def test_every_route_has_an_example(world):
    lacking = {rule.endpoint for rule, _, _ in routes(world) if needs_example(rule)} - set(EXAMPLES)
    assert not lacking, f"add to EXAMPLES how these are asked: {sorted(lacking)}"


def test_no_example_is_of_a_route_that_is_gone(world):
    assert set(EXAMPLES) - {rule.endpoint for rule, _, _ in routes(world)} == set()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("way", ("session", "token"))
def test_the_desk_lets_in_whom_its_routes_name(world, role, way):
    client = world.clients[role] if way == "session" else world.client(world.tokens[role])

    def checks():
        for rule, method, policy in routes(world, "desk"):
            answer = ask(world, client, rule, method, world.things[OWN])
            if role in policy.roles:
                is_hidden = (role, rule.endpoint, answer.status_code) == ("clerk", "reports.show", 404)  # tapes only
                yield told(rule, method, role, answer), is_let_in(answer, rule) or is_hidden
            else:
                yield told(rule, method, role, answer), (answer.status_code, code(answer)) == (403, "not-yours")

    assert failing(checks()) == []


def test_the_desk_lets_in_nobody_else(world):
    strangers = {
        "nobody": world.client(),
        "a phone": world.client(world.device_token),
        "a revoked phone": world.client(world.revoked_token),
        "a guessed token": world.client("sanad_guessed"),
        "a session that never was": with_cookie(world, "guessed"),
    }

    def checks():
        for who, client in strangers.items():
            for rule, method, _ in routes(world, "desk"):
                answer = ask(world, client, rule, method, world.things[OWN])
                is_refused = answer.status_code == 401 and code(answer) in ("not-signed-in", "token-unknown")
                yield told(rule, method, who, answer), is_refused

    assert failing(checks()) == []


def with_cookie(world: TwoOrganisations, token: str) -> FlaskClient:
    client = world.app.test_client()
    client.set_cookie("sanad-session", token)
    return client


def test_a_phone_is_let_in_where_phones_are(world):
    client = world.client(world.device_token)
    checks = (
        (told(rule, method, "a phone", answer), is_let_in(answer, rule))
        for rule, method, _ in routes(world, "device")
        for answer in (ask(world, client, rule, method, world.things[OWN]),)
    )
    assert failing(checks) == []


def test_nobody_else_is_let_in_where_phones_are(world):
    strangers = {
        "nobody": (world.client(), "token-unknown"),
        "a revoked phone": (world.client(world.revoked_token), "token-revoked"),
        "a coordinator's browser": (world.clients["coordinator"], "token-unknown"),
        "a coordinator's script": (world.client(world.tokens["coordinator"]), "token-unknown"),
    }

    def checks():
        for who, (client, expected) in strangers.items():
            for rule, method, _ in routes(world, "device"):
                answer = ask(world, client, rule, method, world.things[OWN])
                # HEAD has no body to read a code from.
                is_coded = code(answer) == expected or method == "HEAD"
                yield told(rule, method, who, answer), answer.status_code == 401 and is_coded

    assert failing(checks()) == []


def test_what_is_open_is_open_to_all(world):
    everybody = {
        "nobody": world.client(),
        "a phone": world.client(world.device_token),
        "a clerk": world.clients["clerk"],
        "a revoked phone": world.client(world.revoked_token),
    }
    checks = (
        (told(rule, method, who, answer), is_let_in(answer, rule) or answer.status_code == 404)
        for who, client in everybody.items()
        for rule, method, _ in routes(world, "anyone")
        for answer in (ask(world, client, rule, method, world.things[OWN]),)
    )
    assert failing(checks) == []


def names_something(rule: Rule) -> bool:
    example = EXAMPLES.get(rule.endpoint)
    return bool(example and example.names and not example.is_shared)


@pytest.mark.parametrize("role", ROLES)
def test_what_another_organisation_has_does_not_exist(world, role):
    def checks():
        for rule, method, policy in routes(world, "desk"):
            if names_something(rule) and role in policy.roles:
                answer = ask(world, world.clients[role], rule, method, world.things[OTHER])
                nothing = ask(world, world.clients[role], rule, method, None)
                is_same = (answer.status_code, code(answer)) == (nothing.status_code, code(nothing))
                yield told(rule, method, role, answer), answer.status_code == 404 and is_same

    assert failing(checks()) == []


def test_a_phone_reaches_nothing_of_another_organisation(world):
    client = world.client(world.device_token)
    checks = (
        (told(rule, method, "a phone", answer), answer.status_code in (404, 415))
        for rule, method, _ in routes(world, "device")
        if names_something(rule)
        for answer in (ask(world, client, rule, method, world.things[OTHER]),)
    )
    assert failing(checks) == []


def released(things: Things) -> Things:
    """The same organisation with what it released in place of what it kept."""
    return Things(**{**things.__dict__, "incident": things.released, "photo": things.released_photo})


READ_WHEN_RELEASED = {"reports.show", "photos.show"}


@pytest.mark.parametrize("role", ("administrator", "coordinator", "liaison"))
def test_what_was_released_may_be_read_and_not_touched(world, role):
    def checks():
        for rule, method, policy in routes(world, "desk"):
            if names_something(rule) and role in policy.roles:
                answer = ask(world, world.clients[role], rule, method, released(world.things[OTHER]))
                is_read = rule.endpoint in READ_WHEN_RELEASED
                yield told(rule, method, role, answer), answer.status_code == (200 if is_read else 404)

    assert failing(checks()) == []


def test_the_commission_reads_only_what_was_released_to_it(world):
    def checks():
        for rule, method, policy in routes(world, "desk"):
            if not names_something(rule) or "liaison" not in policy.roles:
                continue
            for owner in (OWN, OTHER):
                kept = ask(world, world.commission, rule, method, world.things[owner])
                yield told(rule, method, "the commission", kept), kept.status_code == 404
                given = ask(world, world.commission, rule, method, released(world.things[owner]))
                is_read = rule.endpoint in READ_WHEN_RELEASED
                yield told(rule, method, "the commission", given), given.status_code == (200 if is_read else 404)

    assert failing(checks()) == []


FORGERIES: dict[str, dict[str, Any]] = {
    "no token": {"form": {"csrf": ""}},
    "a wrong token": {"form": {"csrf": "wrong"}},
    "a page of another site": {"headers": {"Sec-Fetch-Site": "cross-site"}},
    "a page of a sister site": {"headers": {"Sec-Fetch-Site": "same-site"}},
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_no_other_site_changes_anything_through_a_signed_in_browser(world, forgery):
    def checks():
        for rule, method, policy in routes(world):
            if method in SAFE or policy.kind == "device":
                continue
            role = sorted(policy.roles or ROLES)[0]
            answer = ask(world, world.clients[role], rule, method, world.things[OWN], **FORGERIES[forgery])
            is_refused = (answer.status_code, code(answer)) == (403, "cross-site")
            # What an enrolment sends is proved by its own code, and no cookie takes part in it.
            yield told(rule, method, role, answer), is_refused or rule.endpoint == "enrolment.enrol"

    assert failing(checks()) == []


def test_nothing_is_changed_by_a_request_that_only_asks(world):
    """A link, a picture or a prefetch is a GET: routes that answer it take no other method under the same name."""
    mixed = [rule.rule for rule, _, _ in routes(world) if "GET" in rule.methods and not rule.methods <= SAFE]
    assert mixed == []
