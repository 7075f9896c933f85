"""Opens a backup as whoever keeps its identity, and believes nothing of it that does not hold."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from pyrage.x25519 import Identity

from server.backup_folder import DATABASE, KEYS, MANIFEST, BackupFolder, find_backup, photo_name, sync_folder
from server.backup_manifest import Manifest, WrongManifest, read_manifest, refuse_unsigned
from server.clock import Clock
from server.encryption import CannotOpen, decrypt, sha256_of
from server.log_keys import LogKeys, is_signed_by
from server.operations.back_up import NAMES_KEY
from server.operations.examine_copy import Examined, NotWhole, examine_copy
from server.server_key import make_key
from sync.checkpoint import Checkpoint, read_checkpoint, read_note, signers
from sync.entry import base64url_encode
from sync.tree import check_inclusion, inclusion_path, root

RECEIPTS = 50
LARGEST_KEY_BYTES = 64 * 1024


@dataclass(frozen=True)
class Opened:
    """`database` is the copy in clear; `checkpoint` the last one that the lost server had published, if any."""

    folder: BackupFolder
    path: Path
    manifest: Manifest
    keys: LogKeys
    names_key: bytes
    checkpoint: Checkpoint | None
    database: Path
    examined: Examined
    identities: tuple[Identity, ...]

    @property
    def saved(self) -> Checkpoint:
        """The log as far as this backup holds it."""
        return Checkpoint(self.manifest.origin, self.manifest.size, self.manifest.root)


def open_backup(path: Path, identities: Sequence[Identity], work: Path) -> Opened:
    """The newest backup in `path`, its database in clear in `work`.

    Raises NoBackup, CannotOpen, WrongManifest and NotWhole unless manifest, files, every leaf, root and counts agree.
    """
    folder, found = find_backup(path)
    text = (found / MANIFEST).read_text(encoding="utf-8")
    manifest = read_manifest(text)
    for name in (KEYS, DATABASE):
        if not (found / name).is_file() or sha256_of(found / name) != manifest.files.get(name):
            raise CannotOpen(f"{name} is not the file that the manifest names")
    kept = _kept(found / KEYS, identities)
    keys = _read_keys(kept)
    refuse_unsigned(text, manifest.origin, keys)
    database = work / "sanad.db"
    with os.fdopen(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        decrypt(found / DATABASE, file, identities)
    examined = examine_copy(database)
    if (examined.size, examined.root, examined.epoch) != (manifest.size, manifest.root, manifest.epoch):
        raise NotWhole("the log in the database is not the one that the manifest names")
    if examined.rows != manifest.rows:
        raise NotWhole("the database does not hold the rows that the manifest counts")
    checkpoint = _last_checkpoint(kept.get("checkpoint", b"").decode(), manifest, keys, examined)
    names_key = kept[f"keys/{NAMES_KEY}"]
    return Opened(folder, found, manifest, keys, names_key, checkpoint, database, examined, tuple(identities))


def prove_receipts(opened: Opened, clock: Clock) -> int:
    """How many entries drawn by chance were proved to be in the signed log. Raises NotWhole for one that is not."""
    signed = opened.checkpoint or opened.saved
    drawn = {int.from_bytes(clock.random_bytes(8), "big") % signed.size for _ in range(RECEIPTS if signed.size else 0)}
    for index in drawn:
        number, offset = divmod(index, 256)
        own = opened.examined.read(0, number)[offset * 32 : offset * 32 + 32]
        path = inclusion_path(index, signed.size, opened.examined.read)
        if not check_inclusion(own, index, signed.size, path, signed.root):
            raise NotWhole(f"entry {index} is not proved by the checkpoint")
    return len(drawn)


def check_photos(opened: Opened) -> list[str]:
    """The photos that the database knows as whole and that this backup does not give back. Nothing is written."""
    return [digest for digest in opened.examined.digests if not _fetch(opened, digest, None)]


def put_photos(opened: Opened, photos: Path) -> list[str]:
    """Writes every photo that is not there yet into the folder of a photo store; those that were not to be had."""
    photos.mkdir(mode=0o700, exist_ok=True, parents=True)
    lost = []
    folders = {photos}
    for digest in opened.examined.digests:
        target = photos / digest[:2] / digest
        target.parent.mkdir(mode=0o700, exist_ok=True)
        folders.add(target.parent)
        if not _is_there(target, digest) and not _fetch(opened, digest, target):
            lost.append(digest)
    for each in folders:
        sync_folder(each)
    return lost


def _is_there(target: Path, digest: str) -> bool:
    """True for a photo that survived; one that is damaged is moved out of the way."""
    if not target.exists():
        return False
    with target.open("rb") as file:
        if base64url_encode(hashlib.file_digest(file, "sha256").digest()) == digest:
            return True
    target.rename(target.with_name(f"{digest}.damaged"))
    return False


def _fetch(opened: Opened, digest: str, target: Path | None) -> bool:
    """Decrypts one photo, to `target` unless it is only to be looked at; False when it is not there or another."""
    name = photo_name(opened.names_key, list(opened.manifest.readers), digest)
    gathered, found = io.BytesIO(), hashlib.sha256()
    try:
        decrypt(opened.folder.photo(name), gathered, opened.identities)
    except CannotOpen:
        return False
    found.update(gathered.getbuffer())
    if base64url_encode(found.digest()) != digest:
        return False
    if target is not None:
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
            file.write(gathered.getbuffer())
            file.flush()
            os.fsync(file.fileno())
    return True


def _kept(path: Path, identities: Sequence[Identity]) -> dict[str, bytes]:
    packed = io.BytesIO()
    decrypt(path, packed, identities)
    packed.seek(0)
    try:
        with tarfile.open(fileobj=packed) as tar:
            return dict(_files(tar))
    except tarfile.TarError as error:
        raise CannotOpen(f"{path.name} holds no keys: {error}") from None


def _files(tar: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for each in tar:
        file = tar.extractfile(each) if each.isfile() and each.size <= LARGEST_KEY_BYTES else None
        if file is not None:
            yield each.name, file.read()


def _read_keys(kept: dict[str, bytes]) -> LogKeys:
    try:
        server = serialization.load_pem_private_key(kept["keys/server.pem"], None)
        log = serialization.load_pem_private_key(kept["keys/log.pem"], None)
    except (KeyError, ValueError):
        raise WrongManifest("the server's keys are not in this backup") from None
    return LogKeys(log, make_key(server))  # type: ignore[arg-type]


def _last_checkpoint(note: str, manifest: Manifest, keys: LogKeys, examined: Examined) -> Checkpoint | None:
    """What the lost server had signed, compared with the copy."""
    if not note:
        return None
    found = read_checkpoint(note)
    if not signers(read_note(note), keys.verifier_keys(manifest.origin), is_signed_by):
        raise NotWhole("the checkpoint in this backup is not signed by its server")
    # The database is copied after the checkpoint is read: it can only hold more.
    if found.size > examined.size or root(found.size, examined.read) != found.root:
        raise NotWhole("the database does not hold what its server had signed")
    return found
