"""Writes an export as one zip file: stored, without dates, its list of files signed by the log's keys."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Mapping
from typing import BinaryIO

from server.audit.manifest import NAME, manifest, manifest_line
from server.log_keys import LogKeys
from sync.entry import base64url_encode, digest_of

PIECE_BYTES = 1024 * 1024
# What a name in the zip may be: nothing that any program could take for a way out of its folder.
_NAME = re.compile(r"(?:entries/|photos/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,80}")


class WrongName(ValueError):
    """A file in an export would have a name that is not one of ours."""

    code = "wrong-name"


def write_archive(
    target: BinaryIO, files: Mapping[str, bytes], photos: Mapping[str, BinaryIO], keys: LogKeys, origin: str
) -> None:
    """`files` and `photos` by name, in this order, then the signed list of both. Photos pass through piece by piece."""
    lines = []
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(_entry(name), content)
            lines.append(manifest_line(name, digest_of(content), len(content)))
        for name, source in photos.items():
            digest, size = hashlib.sha256(), 0
            with source, archive.open(_entry(name), "w") as written:
                while piece := source.read(PIECE_BYTES):
                    digest.update(piece)
                    size += len(piece)
                    written.write(piece)
            lines.append(manifest_line(name, base64url_encode(digest.digest()), size))
        archive.writestr(_entry(NAME), manifest(keys, origin, lines))


def _entry(name: str) -> zipfile.ZipInfo:
    if not _NAME.fullmatch(name):
        raise WrongName(name)
    return zipfile.ZipInfo(name)  # dated 1980: the same files give the same bytes
