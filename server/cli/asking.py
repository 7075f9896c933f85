"""How commands begin and end: settings read once, the database made ready, mistakes told in one line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from server.clock import Clock
from server.config import Settings, WrongSettings, read_settings
from server.problems import Problem
from server.running import Running

SERVER_LOCK = "server.lock"


class PlainErrors(click.Group):
    """Shows what a person can do something about in one line; only a fault of the program shows its trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WrongSettings as wrong:
            click.echo("Settings are wrong:\n" + "\n".join(f"  {line}" for line in str(wrong).splitlines()), err=True)
            raise SystemExit(2) from None
        except Problem as problem:
            raise click.ClickException(_sentence(problem)) from None
        except OSError as error:
            raise click.ClickException(
                f"{error.strerror}: {error.filename}" if error.filename else str(error)
            ) from None
        except DBAPIError as error:
            raise click.ClickException(f"the database cannot be used: {error.orig}") from None
        except (RuntimeError, ValueError) as error:
            # Errors of ours carry a code (RealElection, UnsafeDatabase …): somebody chose their words for a person.
            if not isinstance(getattr(error, "code", None), str):
                raise
            raise click.ClickException(str(error)) from None


def _sentence(problem: Problem) -> str:
    from server.words import say

    fault = problem.extra.get("fault")
    words = f"import-fault-{fault}" if fault else f"problem-{problem.code}"
    value = str(problem.extra.get("value") or problem.detail)
    sentence = say("en", words, value=value) if fault else say("en", words)
    shown = "" if fault or not value else f" ({value})"
    # The marks that keep letters apart on a page are boxes in a terminal.
    return (sentence + shown).translate({0x2068: None, 0x2069: None})


def settings_here() -> Settings:
    """The settings; without SANAD_PUBLIC_URL, the address of the server that runs on this folder."""
    environ = dict(os.environ)
    if not environ.get("SANAD_PUBLIC_URL"):
        lock = Path(environ.get("SANAD_DATA") or "data") / SERVER_LOCK
        environ["SANAD_PUBLIC_URL"] = lock.read_text(encoding="utf-8").strip() if lock.is_file() else ""
    return read_settings(environ)


def held_here(settings: Settings, clock: Clock | None = None) -> Running:
    """What lies here as it is, for whoever only looks: its tables are not brought up to date."""
    from server.building import hold

    held: Running = hold(settings, clock).extensions["sanad"]
    return held


def open_here(settings: Settings, clock: Clock | None = None, is_any_key: bool = False) -> Running:
    """This folder's database, made or brought up to date; `is_any_key` for a log that begins anew."""
    from server.operations.prepare_database import prepare_database

    held = held_here(settings, clock)
    prepare_database(held, is_any_key)
    return held


def with_election(command: Callable[..., Any]) -> Callable[..., Any]:
    """Hands the command what it works on; says how to begin when there is no election in this folder yet."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        settings = settings_here()
        if settings.is_sqlite and not settings.folder.is_dir():
            raise click.ClickException(f"there is nothing in {settings.folder} yet: run `sanad init` or `sanad demo`")
        held = open_here(settings)
        refuse_without_election(held)
        return command(held, *arguments, **options)

    return run


def refuse_without_election(held: Running) -> None:
    from server.database.engine import reading
    from server.database.register_list import election

    with reading(held.engine) as connection:
        if election(connection) is None:
            raise click.ClickException("no election has begun here yet: run `sanad init` or `sanad demo`")


def show_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=None))


def asked_password(given: str | None) -> str:
    """From the option, the environment (SANAD_PASSWORD), or typed twice without being shown."""
    return given or click.prompt("Password (12 characters or more)", hide_input=True, confirmation_prompt=True)
