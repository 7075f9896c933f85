"""`sanad projections` and `check`: that what was recorded can be rebuilt and proved."""

from __future__ import annotations

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
