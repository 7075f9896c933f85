"""The `sanad` command: sets a server up, runs it, and does beside it what an administrator needs."""

from __future__ import annotations

import gc

# A command starts by importing, and what it imports stays: the collector would look through all of it in vain, again
# and again. Hence before everything else.
gc.set_threshold(50_000, 20, 20)

import click

from server.cli.asking import PlainErrors
from server.cli.carried import entries
from server.cli.countersigning import organisation
from server.cli.days import demo, simulate
from server.cli.keeping import check, projections
from server.cli.lists import observers, stations
from server.cli.moving import move
from server.cli.people import enrol, organisations, staff
from server.cli.saving import backup, backup_key, begin_anew_here, restore
from server.cli.serving import serve
from server.cli.starting import init
from server.cli.tour import tour
from server.cli.verifying import copy, custody, verify

COMMANDS = (
    *(init, demo, tour, serve, simulate, enrol),
    *(stations, observers, organisations, organisation, staff, entries),
    *(verify, copy, custody),
    *(projections, check),
    *(backup, backup_key, restore, begin_anew_here, move),
)


@click.group(cls=PlainErrors, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Sanad: observers record what they see on election day, and every figure can be proved.

    Settings come from the environment: SANAD_DATA (folder, default ./data), SANAD_PUBLIC_URL, SANAD_DATABASE_URL,
    SANAD_PHOTO_STORE, SANAD_PACK.
    """


for command in COMMANDS:
    main.add_command(command)
