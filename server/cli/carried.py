"""`sanad entries import`: takes in what a phone exported to a file because it could not send it."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.asking import with_election
from server.running import Running


@click.group()
def entries() -> None:
    """Entries that were carried by hand."""


@entries.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_election
def import_files(held: Running, files: tuple[Path, ...]) -> None:
    """Take in FILES that phones exported; what is there already stays as it is."""
    from server.operations.take_in_file import take_in_file

    for file in files:
        outcomes = take_in_file(held, file.read_bytes())
        said = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        click.echo(f"{file.name}: {said or 'nothing in it'}")
