"""`sanad init`: a folder, a key, the tables, an election, and the first account."""

from __future__ import annotations

import sys

import click

from server.cli.asking import asked_password, open_here, settings_here

ADMINISTRATOR = "administrator"


@click.command()
@click.option("--election", "identity", default="iq-2026", show_default=True, help="Short code of the election.")
@click.option("--date", "day", default="2026-11-22", show_default=True, help="Election day, YYYY-MM-DD.")
@click.option("--name", default="", help="The election's name as people say it.")
@click.option("--organisation", default="", help="Short code of the first organisation.")
@click.option("--organisation-name", default="", help="Its name as people say it.")
@click.option("--administrator", default="", help="Name with which its administrator signs in.")
@click.option("--password", envvar="SANAD_PASSWORD", help="Asked for when it is not given.")
def init(
    identity: str,
    day: str,
    name: str,
    organisation: str,
    organisation_name: str,
    administrator: str,
    password: str | None,
) -> None:
    """Make the data folder, the database and the first administrator. Safe to run again."""
    from server.operations.add_organisation import add_organisation
    from server.operations.add_staff import add_staff
    from server.operations.begin_election import begin_election

    settings = settings_here()
    held = open_here(settings)
    is_new = begin_election(held, identity, day, {"en": name} if name else None)
    click.echo(f"{'Began' if is_new else 'Kept'} the election in {settings.folder}.")
    if not organisation and is_new and sys.stdin.isatty():
        organisation = click.prompt("Short code of your organisation", default="", show_default=False)
    if not organisation:
        click.echo("Next: sanad staff add NAME --organisation CODE --role administrator; then: sanad serve")
        return
    add_organisation(held, organisation, name={"en": organisation_name} if organisation_name else None)
    if not administrator and sys.stdin.isatty():
        administrator = click.prompt("Name of its administrator")
    if administrator:
        add_staff(held, administrator, organisation, ADMINISTRATOR, asked_password(password))
        click.echo(f"{administrator} may now sign in. Next: sanad serve")
