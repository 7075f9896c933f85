"""Copies what evidence rests on into a folder that anyone can verify: every byte of it stands in a signed list."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite

from server.audit.log_audit import published_files
from server.audit.manifest import NAME, manifest, manifest_line
from server.audit.places import folder_reader, names_in
from server.database import log
from server.database.engine import reading
from server.operations.seal_checkpoint import seal_checkpoint
from server.photo_store import WrongDigest
from server.running import Running
from sync.checkpoint import read_checkpoint
from sync.entry import digest_of

LOG, PHOTOS = "log", "photos"


class NotCopied(RuntimeError):
    """The copy could not be made; the text says why."""

    code = "not-copied"


def copy_evidence(held: Running, folder: Path) -> int:
    """How many files are in the copy. Raises NotCopied.

    A server may run meanwhile. The log is sealed and copied first: what the database holds beyond it is then newer than
    the checkpoint, never older; and of photos those are copied that the copied database knows, wherever they are kept.
    The database holds what the server knows of observers and staff; the copy is for who may see that.
    """
    if not held.settings.is_sqlite:
        raise NotCopied("only SQLite is one file that can be copied; audit PostgreSQL where it runs: sanad verify")
    if folder.exists() and any(folder.iterdir()):
        raise NotCopied(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    seal_checkpoint(held)
    if not (note := held.log_store.checkpoint()):
        raise NotCopied("there is no log yet: begin an election first")
    _copy_log(held.log_store.folder, note, folder / LOG)
    _copy_database(held.settings.database_url.removeprefix("sqlite:///"), folder / "sanad.db")
    _copy_photos(held, folder)
    return sign_copy(held, folder)


def _copy_log(source: Path, note: str, target: Path) -> None:
    """What lies beside the tiles, and of the tiles exactly what `note` covers: the log goes on growing meanwhile."""
    target.mkdir()
    for path in source.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copyfile(path, target / path.name)
    (target / "checkpoint").write_text(note, encoding="utf-8")
    read = folder_reader(source)
    for name, content in published_files(read, read_checkpoint(note).size):
        if content is not None:  # of what is missing the verifiers will say so
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(content)


def _copy_photos(held: Running, folder: Path) -> None:
    database = sqlite.connect(str(folder / "sanad.db"))
    digests = [digest for (digest,) in database.execute("SELECT digest FROM photos ORDER BY digest")]
    database.close()
    for digest in digests:
        target = folder / PHOTOS / digest[:2] / digest
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with held.photo_store.read(digest) as source, target.open("xb") as file:
                shutil.copyfileobj(source, file)
        except (FileNotFoundError, WrongDigest):
            continue  # of what is missing the verifiers will say so


def sign_copy(held: Running, folder: Path) -> int:
    """Writes the signed list of everything that lies in `folder`; how many files that is."""
    with reading(held.engine) as connection:
        head = log.head(connection)
    if head is None:
        raise NotCopied("there is no log yet: begin an election first")
    names = [name for name in names_in(folder) if name != NAME]
    lines = []
    for name in names:
        content = (folder / name).read_bytes()
        lines.append(manifest_line(name, digest_of(content), len(content)))
    (folder / NAME).write_text(manifest(held.log_keys, head.origin, lines), encoding="utf-8")
    return len(names)


def _copy_database(source_file: str, target_file: Path) -> None:
    source, target = sqlite.connect(source_file), sqlite.connect(str(target_file))
    os.chmod(target_file, 0o600)
    try:
        source.backup(target)  # one snapshot, whoever writes meanwhile
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        source.close()
        target.close()
