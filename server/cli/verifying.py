"""`sanad verify`, `copy` and `custody`: audit a log, a copy or an export, and make what can be audited."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from server.cli.asking import held_here, settings_here, show_json, with_election
from server.running import Running


@click.command()
@click.argument("place", metavar="URL|FOLDER|FILE.zip")
@click.option("--vkey", "keys", multiple=True, help="A key of the log, from somewhere you trust.")
@click.option(
    "--from", "old", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An older checkpoint that the log must have grown from.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def verify(place: str, keys: tuple[str, ...], old: Path | None, as_json: bool) -> None:
    """Audit a published log, a data folder or a copy of one, or a custody export, and name what is wrong.

    A log is rebuilt from its leaves. `verify.py` in every custody export does the same without Sanad. For the folder
    in SANAD_DATA, database, photos and log are looked for where the settings say: on PostgreSQL, in a bucket.
    """
    found = _audit(place, keys, old.read_bytes() if old else None)
    if as_json:
        show_json(found)
    else:
        for name, word in (("wrong", "WRONG"), ("checked", "checked"), ("unknown", "cannot know")):
            for sentence in found[name]:  # type: ignore[attr-defined]
                click.echo(f"{word}: {sentence}")
        click.echo("nothing wrong was found" if found["ok"] else "this is not what it should be")
    if not found["ok"]:
        raise SystemExit(1)


def _audit(place: str, keys: tuple[str, ...], old: bytes | None) -> dict[str, object]:
    from server.audit.audit_place import audit_place
    from server.operations.audit_here import audit_here

    if Path(place).is_dir():
        settings = settings_here()
        # A server's own folder has its keys; without them this would make new ones, and whoever audits only reads.
        has_keys = settings.key_file.exists() and settings.log_key_file.exists()
        if has_keys and Path(place).resolve() == settings.folder.resolve():
            return audit_here(held_here(settings), keys, old).as_members()
    return audit_place(place, keys, old).as_members()


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_election
def copy(held: Running, folder: Path) -> None:
    """Copy database, photos and log into FOLDER with a signed list of every file, for `sanad verify`.

    The copy is not encrypted and holds what the server knows of observers and staff: `sanad backup` is for keeping.
    """
    from server.operations.copy_evidence import copy_evidence

    click.echo(f"{copy_evidence(held, folder)} files are in {folder}; their signed list is {folder / 'manifest'}.")


@click.command()
@click.argument("subject")
@click.option("--to", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The zip file.")
@click.option("--without-words", is_flag=True, help="Signatures and proofs only: the bodies are left out.")
@with_election
def custody(held: Running, subject: str, target: Path, without_words: bool) -> None:
    """Write the evidence of the report SUBJECT (its id) into a file for a court; the journal says that it was taken."""
    from server.access import Reader
    from server.operations.export_custody import export_custody, owner_of

    reader = Reader("desk", "command", owner_of(held, subject), "administrator")
    with export_custody(held, reader, subject, not without_words) as source, target.open("xb") as file:
        target.chmod(0o600)
        shutil.copyfileobj(source, file)
    click.echo(f"The evidence is in {target}. Check it: sanad verify {target}")
