"""The desks of the demonstration: who can sign in, with passwords made for this folder and kept beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from server.clock import Clock
from server.demo.names import COMMISSION, ORGANISATIONS

ROLES = ("administrator", "coordinator", "clerk")


@dataclass(frozen=True)
class DemoStaff:
    """`name` and `password` are what is typed in at the sign-in page."""

    id: str
    name: str
    organisation: str
    role: str
    password: str


def open_staff(file: Path, clock: Clock) -> list[DemoStaff]:
    """The demonstration's staff from `file`, made at first use.

    Passwords in the clear, because whoever may read the data folder has everything anyway; random, so that a
    demonstration left running on a network is not open to all.
    """
    if file.exists():
        return [DemoStaff(**row) for row in json.loads(file.read_text(encoding="utf-8"))]
    staff = [_hire(organisation, role, clock) for organisation, role in _posts()]
    _keep(file, staff)
    return staff


def _hire(organisation: str, role: str, clock: Clock) -> DemoStaff:
    pseudonym = "s-" + clock.random_bytes(4).hex()
    return DemoStaff(pseudonym, f"{organisation}-{role}", organisation, role, _password(clock))


def _posts() -> list[tuple[str, str]]:
    return [(code, role) for code, _ in ORGANISATIONS for role in ROLES] + [(COMMISSION[0], "liaison")]


def _password(clock: Clock) -> str:
    """Twelve characters in three groups, to be typed from a terminal: 60 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789x"
    text = "".join(letters[byte % 32] for byte in clock.random_bytes(12))
    return "-".join((text[:4], text[4:8], text[8:]))


def _keep(file: Path, staff: Iterable[DemoStaff]) -> None:
    text = json.dumps([asdict(each) for each in staff], indent=1)
    partial = file.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(text)
    partial.rename(file)
