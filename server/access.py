"""Who may call what: every route declares it, or the app does not start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask

ROLES = ("administrator", "coordinator", "clerk", "liaison")

View = TypeVar("View", bound=Callable)


class UndeclaredRoute(RuntimeError):
    """A route without a declared access; the app refuses to start."""

    code = "undeclared-route"


@dataclass(frozen=True)
class Policy:
    """`kind`: anyone, device (an enrolled phone) or desk (signed-in staff with one of `roles`)."""

    kind: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reader:
    """Who is asking. `organisation` is the only one whose rows they see, beside what was released to it."""

    kind: str
    id: str = ""
    organisation: str = ""
    role: str = ""
    observer: str = ""
    session: str = ""
    csrf: str = ""
    language: str = ""
    token_digest: str = ""  # of a phone: by which it was let in


NOBODY = Reader("anyone")


def anyone(view: View) -> View:
    """Open to all: shells, sign-in, health, enrolment (which checks its own one-time code)."""
    return _declare(view, Policy("anyone"))


def device(view: View) -> View:
    """For an enrolled phone that shows its token."""
    return _declare(view, Policy("device"))


def desk(*roles: str) -> Callable[[View], View]:
    """For signed-in staff with one of `roles`; with none named, any role."""
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise UndeclaredRoute(f"unknown roles {sorted(unknown)}")
    return lambda view: _declare(view, Policy("desk", frozenset(roles or ROLES)))


def policy_of(app: Flask, endpoint: str) -> Policy:
    return getattr(app.view_functions[endpoint], "access")  # noqa: B009 (a function has no such attribute by type)


def refuse_undeclared(app: Flask) -> None:
    """Raises UndeclaredRoute when any route of `app` has not said who may call it."""
    bare = sorted({r.rule for r in app.url_map.iter_rules() if not hasattr(app.view_functions[r.endpoint], "access")})
    if bare:
        raise UndeclaredRoute("no access declared for " + ", ".join(bare))


def _declare(view: View, policy: Policy) -> View:
    setattr(view, "access", policy)  # noqa: B010 (a function has no such attribute by type)
    return view
