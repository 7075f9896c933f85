"""`sanad move`: an election that outgrows its database, or comes home from it."""

from __future__ import annotations

import os
from dataclasses import replace

import click

from server.cli.asking import open_here, refuse_without_election, settings_here
from server.config import read_settings


@click.command()
@click.option("--to", "url", required=True, help="postgresql://… or sqlite:///… : an empty database.")
def move(url: str) -> None:
    """Move the election into another database, every row, while no server runs. Photos and keys stay where they are.

    The old database is marked: no server starts on it any more. Broken off, it is simply run again.
    """
    from server.cli.serving import only_server
    from server.operations.move_election import move_election

    settings = settings_here()
    there = read_settings({**os.environ, "SANAD_DATABASE_URL": url, "SANAD_PUBLIC_URL": settings.public_url})
    with only_server(settings if settings.is_sqlite else there):
        source = open_here(settings)
        refuse_without_election(source)
        target = open_here(replace(settings, database_url=there.database_url))
        moved = move_election(source, target)
    click.echo(f"{moved.rows['entries']} entries have moved, {sum(moved.rows.values())} rows in all.")
    click.echo(f"Root {moved.root.hex()}")
    click.echo(f"State {moved.state}. From now on: SANAD_DATABASE_URL={url}")
