"""`sanad organisations`, `staff` and `enrol`: who sits at the desk, and how an observer's phone joins."""

from __future__ import annotations

from pathlib import Path

import click

from server.access import ROLES
from server.cli.asking import asked_password, show_json, with_election
from server.running import Running


@click.group()
def organisations() -> None:
    """Civil-society organisations and the commission."""


@organisations.command("add")
@click.argument("code")
@click.option("--name", default="", help="Its English name.")
@click.option("--name-ar", default="", help="Its Arabic name.")
@click.option("--name-ckb", default="", help="Its Kurdish name.")
@click.option("--kind", type=click.Choice(["cso", "commission"]), default="cso", show_default=True)
@with_election
def add_one(held: Running, code: str, name: str, name_ar: str, name_ckb: str, kind: str) -> None:
    """Add an organisation under a short code, or change its names."""
    from server.operations.add_organisation import add_organisation

    names = {"en": name, "ar": name_ar, "ckb": name_ckb}
    given = {language: each for language, each in names.items() if each}
    is_new = add_organisation(held, code, kind, given)
    click.echo(f"{code} {'was added' if is_new else 'was there already'}.")


@organisations.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@with_election
def list_organisations(held: Running, as_json: bool) -> None:
    """Show every organisation."""
    from server.database.engine import reading
    from server.database.staff import organisation_list

    with reading(held.engine) as connection:
        rows = [dict(row._mapping) for row in organisation_list(connection)]
    if as_json:
        show_json(rows)
    else:
        for row in rows:
            click.echo(f"{row['id']}\t{row['kind']}\t{row['name_en']}\t{row['name_ar']}")


@click.group()
def staff() -> None:
    """Accounts of the desk."""


@staff.command("add")
@click.argument("name")
@click.option("--organisation", required=True, help="Short code; added when it is not there yet.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--password", envvar="SANAD_PASSWORD", help="Asked for when it is not given.")
@with_election
def add_account(held: Running, name: str, organisation: str, role: str, password: str | None) -> None:
    """Add an account."""
    from server.operations.add_organisation import add_organisation
    from server.operations.add_staff import add_staff

    add_organisation(held, organisation)
    identity = add_staff(held, name, organisation, role, asked_password(password))
    click.echo(f"{name} ({identity}) may now sign in as {role} of {organisation}.")


@staff.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@with_election
def list_accounts(held: Running, as_json: bool) -> None:
    """Show every account."""
    from server.database.engine import reading
    from server.database.staff import staff_list

    shown = ("id", "name", "organisation", "role", "disabled")
    with reading(held.engine) as connection:
        rows = [{name: getattr(row, name) for name in shown} for row in staff_list(connection)]
    if as_json:
        show_json(rows)
    else:
        for row in rows:
            ended = "\tdisabled" if row["disabled"] else ""
            click.echo(f"{row['id']}\t{row['name']}\t{row['organisation']}\t{row['role']}{ended}")


@staff.command("password")
@click.argument("name")
@click.option("--password", envvar="SANAD_PASSWORD", help="Asked for when it is not given.")
@with_election
def give_password(held: Running, name: str, password: str | None) -> None:
    """Give an account a new password and end its sessions and tokens."""
    from server.operations.change_staff import set_password
    from server.passwords import refuse_weak

    account, new = _account(held, name), asked_password(password)
    refuse_weak(new, account.name, account.organisation)
    set_password(held, account.id, new)
    click.echo(f"{name} has a new password.")


@staff.command("disable")
@click.argument("name")
@with_election
def disable(held: Running, name: str) -> None:
    """End an account's sessions and tokens and let it sign in no more."""
    from server.operations.change_staff import disable_staff

    disable_staff(held, _account(held, name).id, None)
    click.echo(f"{name} is disabled.")


@staff.command("token")
@click.argument("name")
@click.option("--label", default="command line", show_default=True)
@with_election
def make_token(held: Running, name: str, label: str) -> None:
    """Make a bearer token with this account's rights; it is shown this once."""
    from server.operations.make_staff_token import make_staff_token

    click.echo(make_staff_token(held, _account(held, name).id, label))


def _account(held: Running, name: str):
    from server.database.engine import reading
    from server.database.staff import staff_by_id, staff_by_name

    with reading(held.engine) as connection:
        row = staff_by_name(connection, name) or staff_by_id(connection, name)
    if row is None:
        raise click.ClickException(f"there is no account called {name}")
    return row


@click.command()
@click.argument("observer")
@click.option("--minutes", default=10, show_default=True, help="How long the code can be used, at most 2880.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--slip", type=click.Path(dir_okay=False, path_type=Path), help="Write a slip to print (HTML or SVG).")
@with_election
def enrol(held: Running, observer: str, minutes: int, as_json: bool, slip: Path | None) -> None:
    """Make a one-time code for an observer's phone: a link, and a QR code to scan."""
    from server.operations.make_enrolment_code import make_enrolment_code

    identity = _observer(held, observer)
    made = make_enrolment_code(held, identity, "command-line", minutes=minutes)
    if slip is not None:
        from server.slips import draw_slip, write_qr_svg

        as_svg = slip.suffix.lower() == ".svg"
        text = write_qr_svg(made.link) if as_svg else draw_slip(held.pack, identity, made.link, made.expires_ms)
        slip.write_text(text, encoding="utf-8")
    if as_json:
        show_json(made.as_members())
        return
    import segno

    segno.make(made.link, error="m").terminal(compact=True)
    click.echo(f"{made.link}\nFor {identity}, once, within {minutes} minutes.")


def _observer(held: Running, asked: str) -> str:
    """By pseudonym, or by badge where only one organisation has that badge."""
    from sqlalchemy import or_, select

    from server.database.engine import reading
    from server.database.roster import ObserverRow

    with reading(held.engine) as connection:
        query = select(ObserverRow.id).where(or_(ObserverRow.id == asked, ObserverRow.badge == asked))
        found = connection.execute(query).scalars().all()
    if len(found) != 1:
        raise click.ClickException(f"{len(found)} observers have the pseudonym or badge {asked}")
    return found[0]
