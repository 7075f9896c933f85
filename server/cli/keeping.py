"""`sanad projections`, `backup` and `check`: that what was recorded can be rebuilt, kept and proved."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.asking import show_json, with_election
from server.running import Running


@click.group()
def projections() -> None:
    """What the desk and the map read, folded from the entries."""


@projections.command()
@with_election
def rebuild(held: Running) -> None:
    """Throw the projections away and fold every entry again."""
    from server.operations.fold_entries import rebuild_projections

    click.echo(f"Folded {rebuild_projections(held)} entries.")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_election
def backup(held: Running, folder: Path) -> None:
    """Copy database and photos into FOLDER while the server runs, then open the copy and check it.

    To restore: stop the server and put the copy in place of the data folder. The server's key is not copied: a
    restored server signs a new journal under a new key.
    """
    from server.operations.back_up import back_up

    kept = back_up(held, folder)
    click.echo(f"{kept.entries} entries and {kept.photos} photos are in {folder}, opened again and checked.")
    if kept.missing:
        raise click.ClickException(f"{kept.missing} photos that the database names are not in the photo folder")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@with_election
def check(held: Running, as_json: bool) -> None:
    """Derive every promise again from what is stored, and name what does not hold."""
    from server.operations.check_everything import check_everything

    found = check_everything(held)
    if as_json:
        show_json(found)
    else:
        for sentence in found["broken"]:
            click.echo(f"  broken: {sentence}")
        verdict = "everything holds" if found["ok"] else f"{len(found['broken'])} things do not hold"
        click.echo(f"{found['entries']} entries, {verdict}. State {found['state_digest']}")
    if not found["ok"]:
        raise SystemExit(1)
