"""`sanad backup`, `backup-key`, `restore` and `begin-anew`: what is kept elsewhere, and how a server comes back."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import click

from server.cli.asking import open_here, settings_here, show_json, with_election
from server.config import LOOPBACK_NAMES, Settings, read_settings
from server.running import Running

_SECONDS = {"s": 1, "min": 60, "h": 3600}
KEYS_BEFORE = "keys-before"


class Span(click.ParamType):
    """A length of time such as 300s, 5min or 1h, as seconds."""

    name = "span"

    def convert(self, value, param, ctx) -> int:
        found = re.fullmatch(r"([1-9]\d{0,5})\s*(s|min|h)", str(value))
        return int(found[1]) * _SECONDS[found[2]] if found else self.fail(f"{value!r} is not like 5min, 300s or 1h")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--recipient", "recipients", multiple=True, envvar="SANAD_BACKUP_RECIPIENT",
    help="Who can open it: an age recipient, age1…, made by `sanad backup-key`. May be given several times.",
)  # fmt: skip
@click.option("--keep", default=24, show_default=True, type=click.IntRange(1), help="How many backups stay in FOLDER.")
@click.option("--every", type=Span(), help="Go on and save again after this time, such as 5min.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@with_election
def backup(
    held: Running, folder: Path, recipients: tuple[str, ...], keep: int, every: int | None, as_json: bool
) -> None:
    """Save database, photos and keys into FOLDER while the server runs: encrypted, opened again and checked.

    Photos are saved once. Nobody but the recipient can open it, this server neither.
    """
    from server.encryption import read_recipient

    if not recipients:
        raise click.ClickException("for whom? Make a key with `sanad backup-key FILE` and name its --recipient")
    readers = [read_recipient(each) for each in recipients]
    while True:
        is_whole = _save(held, folder, readers, keep, as_json, is_once=every is None)
        if every is None:
            raise SystemExit(0 if is_whole else 1)
        threading.Event().wait(every)


def _save(held: Running, folder: Path, readers: list, keep: int, as_json: bool, is_once: bool) -> bool:
    """False when photos are missing, or the backup failed and will be tried again."""
    from server.operations.back_up import back_up

    try:
        made = back_up(held, folder, readers, keep)
    except Exception as error:
        if is_once:
            raise
        # A stick that is full or a disk that is away for a while: the next one may succeed, and the desk sees its age.
        click.echo(f"no backup: {error}", err=True)
        return False
    if as_json:
        show_json({**asdict(made), "path": str(made.path)})
    else:
        click.echo(f"{made.entries} entries and {made.photos} photos ({made.new_photos} new) are in {made.path}.")
    if made.missing:
        click.echo(f"{made.missing} photos that the database names could not be read from the photo store", err=True)
    return not made.missing


@click.command("backup-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_key(file: Path) -> None:
    """Make a key for backups: the identity goes into FILE, its recipient is printed.

    Do it on another machine than the server, and keep FILE there, twice. Who has it and a backup can open everything
    and speak in the server's name; who has lost it can open nothing.
    """
    from server.encryption import identity_text, make_identity

    identity = make_identity()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(identity_text(identity))
        opened.flush()
        os.fsync(opened.fileno())
    click.echo(str(identity.to_public()))


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--identity", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "target", default="", help="A new data folder, or postgresql://… (its folder: SANAD_DATA).")
@click.option("--verify", is_flag=True, help="Without --to: look only. With it: fold and check everything at once.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def restore(path: Path, identity: Path, target: str, verify: bool, as_json: bool) -> None:
    """Open the backup at PATH (a folder of backups: the newest) and check all of it; with --to, make a server of it.

    Without --to nothing is left behind: a drill. The new server has new keys, and a note signed by the old ones.
    """
    from server.encryption import read_identities

    identities = read_identities(identity.read_text(encoding="utf-8"))
    told = _restore(path, identities, target, verify) if target else _drill(path, identities)
    if as_json:
        show_json(told)
    else:
        for name, value in told.items():
            click.echo(f"{name.replace('_', ' ')}: {value}")
    if told["lost_photos"] and not target:
        raise SystemExit(1)


def _drill(path: Path, identities: list) -> dict[str, object]:
    from server.clock import Clock
    from server.operations.open_backup import check_photos, open_backup, prove_receipts

    with TemporaryDirectory(prefix="sanad-restore-") as work:
        opened = open_backup(path, identities, Path(work))
        proved = prove_receipts(opened, Clock())
        lost = check_photos(opened)
        return {**_about(opened), "proved": proved, "lost_photos": len(lost)}


def _about(opened) -> dict[str, object]:
    from base64 import b64encode

    manifest = opened.manifest
    root = b64encode(manifest.root).decode()
    return {
        "backup": opened.path.name, "election": manifest.election, "log": manifest.origin, "entries": manifest.size,
        "root": root, "photos": len(opened.examined.digests),
    }  # fmt: skip


def _restore(path: Path, identities: list, target: str, verify: bool) -> dict[str, object]:
    from server.backup_folder import sync_folder
    from server.clock import Clock
    from server.log_store import LogStore
    from server.operations.begin_anew import put_aside
    from server.operations.check_everything import check_everything
    from server.operations.open_backup import open_backup, prove_receipts
    from server.operations.restore_backup import refuse_full, restore_backup

    is_postgresql = "://" in target
    folder = Path(os.environ.get("SANAD_DATA") or "data").absolute() if is_postgresql else Path(target).absolute()
    refuse_full(folder)
    with _half_done(folder) as work:
        opened = open_backup(path, identities, work)
        proved = prove_receipts(opened, Clock())
        settings = _settings_for(folder, target if is_postgresql else "", opened.manifest.origin)
        restored = restore_backup(opened, work, settings, partial(open_here, is_any_key=True))
        if folder.exists():
            folder.rmdir()
        sync_folder(work)
        work.rename(folder)
        sync_folder(folder.parent)
    last = put_aside(LogStore(settings.log_folder))
    told = {**_about(opened), **asdict(restored), "proved": proved, "folder": str(folder)}
    if last is not None and last.origin == opened.manifest.origin:
        told["signed_after_the_backup"] = max(0, last.size - opened.manifest.size)
    if verify:
        held = open_here(settings)
        told["broken"] = check_everything(held)["broken"]
        held.engine.dispose()
    return told


def _settings_for(folder: Path, database_url: str, origin: str) -> Settings:
    """The restored server takes the name of the lost one unless another is set."""
    host = origin.partition("/")[0]
    is_here = host.rpartition(":")[0] in LOOPBACK_NAMES or host in LOOPBACK_NAMES
    url = os.environ.get("SANAD_PUBLIC_URL") or f"{'http' if is_here else 'https'}://{host}"
    given = {"SANAD_DATA": str(folder), "SANAD_DATABASE_URL": database_url, "SANAD_PUBLIC_URL": url}
    return read_settings({**os.environ, **given})


@contextmanager
def _half_done(folder: Path) -> Iterator[Path]:
    """Beside `folder`, so that it takes its place at once; what a broken restore left there is thrown away."""
    work = folder.with_name(f".{folder.name}.restoring")
    if work.exists():
        rmtree(work)
    work.mkdir(mode=0o700, parents=True)
    try:
        yield work
    finally:
        if work.exists():
            rmtree(work)


@click.command("begin-anew")
@click.confirmation_option(prompt="Is the old server gone for good, and this one stopped?")
def begin_anew_here() -> None:
    """After a database was put back by hand: a new log and new keys on it, handed over to by the old ones.

    A server whose database is older than what it signed refuses to sign. Rather restore a backup, if there is one.
    """
    from server.cli.serving import only_server
    from server.operations.begin_anew import begin_anew, is_begun, put_aside, read_old_keys, saved_log

    settings = settings_here()
    before = settings.folder / KEYS_BEFORE
    with only_server(settings):
        was_broken_off = before.exists()
        if not was_broken_off:
            (settings.folder / "keys").rename(before)
        _keep_names_key(before, settings.folder / "keys")
        held = open_here(settings, is_any_key=True)
        if not (was_broken_off and is_begun(held)):
            begin_anew(held, read_old_keys(before), saved_log(held))
        put_aside(held.log_store)
        rmtree(before)
    click.echo(f"The log {saved_log(held).origin} begins: start the server.")


def _keep_names_key(before: Path, keys: Path) -> None:
    """The one key that goes on: with another one every photo would be saved again under another name.

    Moved as the first thing: a backup between a beginning that was broken off and its end would make another one.
    """
    from server.backup_folder import sync_folder
    from server.operations.back_up import NAMES_KEY

    keys.mkdir(mode=0o700, exist_ok=True)
    if (before / NAMES_KEY).exists():
        (before / NAMES_KEY).replace(keys / NAMES_KEY)
    # Before the folder that it came from is removed.
    for each in (keys, keys.parent):
        sync_folder(each)
