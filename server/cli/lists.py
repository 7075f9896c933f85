"""`sanad stations` and `sanad observers`: lists taken in from a file, and shown."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import click

from server.cli.asking import show_json, with_election
from server.running import Running

# What is shown of refusals before a person opens the file anyway.
MOST_SHOWN = 20


@click.group()
def stations() -> None:
    """Polling centres and stations."""


@click.group()
def observers() -> None:
    """Observers, under pseudonyms."""


_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_yes = click.option("--yes", is_flag=True, help="Take the list in without asking.")


@stations.command("import")
@_file
@_yes
@with_election
def import_stations(held: Running, file: Path, yes: bool) -> None:
    """Take in a list of stations (CSV or XLSX)."""
    _take_in(held, "stations", file, yes)


@observers.command("import")
@_file
@_yes
@with_election
def import_observers(held: Running, file: Path, yes: bool) -> None:
    """Take in a list of observers (CSV or XLSX) with their organisation and stations."""
    _take_in(held, "observers", file, yes)


@stations.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@with_election
def list_stations(held: Running, as_json: bool) -> None:
    """Show every station."""
    from server.database.engine import reading
    from server.database.register_list import station_list

    with reading(held.engine) as connection:
        rows = [dict(row._mapping) for row in station_list(connection)]
    if as_json:
        show_json(rows)
    else:
        for row in rows:
            click.echo(f"{row['code']}\t{row['governorate']}\t{row['name_en']}\t{row['name_ar']}")


@observers.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@with_election
def list_observers(held: Running, as_json: bool) -> None:
    """Show every observer with organisation and stations."""
    from sqlalchemy import select

    from server.database.engine import reading
    from server.database.roster import ObserverRow
    from server.operations.fold_entries import fold_entries
    from server.projections.inbox import AssignmentRow

    fold_entries(held)
    stations_of = defaultdict(list)
    with reading(held.engine) as connection:
        for row in connection.execute(select(AssignmentRow.__table__).order_by(AssignmentRow.station)):
            stations_of[row.observer].append(row.station)
        found = connection.execute(select(ObserverRow.__table__).order_by(ObserverRow.id)).all()
    rows = [{"id": row.id, "organisation": row.organisation, "stations": stations_of[row.id]} for row in found]
    if as_json:
        show_json(rows)
    else:
        for each in rows:
            click.echo(f"{each['id']}\t{each['organisation']}\t{' '.join(stations_of[each['id']])}")


def _take_in(held: Running, kind: str, file: Path, yes: bool) -> None:
    from server.operations.preview_import import Uploaded, preview_import
    from server.operations.run_import import run_import

    identity = preview_import(held, Uploaded(kind, file.name, file.read_bytes(), "", "command-line"))
    report = _report(held, identity)
    counts = ", ".join(f"{report[name]} {name}" for name in ("new", "changed", "unchanged", "refused"))
    click.echo(f"{file.name}: {counts}")
    _show_remarks(report)
    if report["new"] + report["changed"] == 0:
        return
    if not yes and not click.confirm("Take it in?"):
        raise click.ClickException("nothing was changed")
    run_import(held, identity)
    click.echo(f"Taken in: {report['new']} new, {report['changed']} changed.")


def _report(held: Running, identity: str) -> dict:
    from server.database.engine import reading
    from server.database.imports import import_by_id

    with reading(held.engine) as connection:
        row = import_by_id(connection, identity)
    assert row is not None
    return json.loads(row.report)


def _show_remarks(report: dict) -> None:
    from server.words import say

    every = [("refused", each) for each in report["refusals"]] + [("note", each) for each in report["remarks"]]
    for sort, each in every[:MOST_SHOWN]:
        sentence = say("en", f"import-why-{each['why']}", value=each["value"])
        where = f"row {each['row']}: " if each["row"] else ""
        click.echo(f"  {sort}: {where}{sentence}".translate({0x2068: None, 0x2069: None}))
    more = report["refused"] + report["remarked"] - MOST_SHOWN
    if more > 0:
        click.echo(f"  … and {more} more")
