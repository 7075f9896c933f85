"""`sanad organisation`: the key an organisation keeps to itself, and the phones it confirms with it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from server.cli.asking import show_json, with_election
from server.running import Running

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def organisation() -> None:
    """An organisation confirms its phones with a key of its own, so that no server can invent observers.

    `key` and `sign` run on a machine of the organisation, without network; `trust`, `pending` and `bring` beside the
    server.
    """


@organisation.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--passphrase", envvar="SANAD_PASSWORD", help="Asked for when it is not given.")
def key(file: Path, passphrase: str | None) -> None:
    """Make the organisation's key in FILE, and FILE.pub to be given to the server."""
    from server.organisation_key import keep_organisation_key
    from server.passwords import refuse_weak

    given = passphrase or click.prompt("Passphrase for the key", hide_input=True, confirmation_prompt=True)
    refuse_weak(given, file.stem, "sanad")
    made = keep_organisation_key(file, given)
    public = file.with_name(f"{file.name}.pub")
    public.write_text(json.dumps(made.jwk) + "\n", encoding="utf-8")
    click.echo(f"{file} is the key: keep it and its passphrase apart, on no server.")
    click.echo(f"{public} is for the server. Fingerprint, to be compared by telephone:\n  {made.device}")


@organisation.command()
@click.argument("code")
@click.argument("public", type=_FILE)
@click.option("--instead", is_flag=True, help="Put it in the place of the key that is there.")
@with_election
def trust(held: Running, code: str, public: Path, instead: bool) -> None:
    """Take in the public key of the organisation CODE."""
    from server.operations.countersign import trust_organisation_key
    from server.organisation_key import read_json_file

    device = trust_organisation_key(held, code, read_json_file(public), instead)
    click.echo(f"{code} now confirms its phones with the key\n  {device}")


@organisation.command()
@click.argument("code")
@with_election
def pending(held: Running, code: str) -> None:
    """Print what CODE has not confirmed yet, as a file for `sanad organisation sign`."""
    from server.operations.countersign import unconfirmed_batch

    show_json(unconfirmed_batch(held, code))


@organisation.command()
@click.argument("batch", type=_FILE)
@click.option("--key", "key_file", type=_FILE, required=True)
@click.option("--passphrase", envvar="SANAD_PASSWORD", help="Asked for when it is not given.")
@click.option("--yes", is_flag=True, help="Do not ask: the list was compared before.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to take back.")
def sign(batch: Path, key_file: Path, passphrase: str | None, yes: bool, to: Path) -> None:
    """Look through a BATCH of phones and confirm it with the organisation's key. Needs no server and no network."""
    from server.clock import Clock
    from server.organisation_key import entries_needed, open_organisation_key, read_json_file, read_lines, sign_batch

    asked, clock = read_json_file(batch), Clock()
    for line in read_lines(asked):
        at = datetime.fromtimestamp(line.at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        click.echo(f"{line.kind:14} {at}  phone {line.device[:8]}  {line.observer}")
    if not yes:
        click.confirm("Are all of these yours? Compare with the list of phones you handed out", abort=True)
    given = passphrase or click.prompt("Passphrase of the key", hide_input=True)
    salts = [clock.random_text(16) for _ in range(entries_needed(asked))]
    signed = sign_batch(asked, open_organisation_key(key_file, given), clock.now_ms(), salts)
    to.write_text(json.dumps(signed, ensure_ascii=False), encoding="utf-8")
    click.echo(f"{to} is to be brought back to the server: sanad organisation bring {to.name}")


@organisation.command()
@click.argument("signed", type=_FILE)
@with_election
def bring(held: Running, signed: Path) -> None:
    """Take in what an organisation confirmed; the same file twice changes nothing."""
    from server.operations.countersign import bring_confirmed
    from server.organisation_key import read_json_file

    verdicts = bring_confirmed(held, read_json_file(signed))
    wrong = [str(each.get("why")) for each in verdicts if each["verdict"] not in ("stored", "duplicate")]
    if wrong:
        raise click.ClickException(f"not taken in: {', '.join(wrong)}")
    click.echo(f"{len(verdicts)} entries of the organisation are in the log.")
