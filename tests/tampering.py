"""Damages copies byte by byte and asks both verifiers: `python -m tests.tampering --count 1000 --json`.

Three ways, each `count` times. *copy*: one byte of any file of a signed copy is changed, left out, or everything after
it, or the file is gone; all must be named. *values*: the same without the signed list, in what evidence rests on (a
stored value, a row, a tile, a bundle, the checkpoint, a photo); all must be named from the signatures alone. *raw*:
any byte of the database file without the signed list; a change of what evidence rests on must be named, the rest (free
room, statistics, projections, what nobody signed) is counted as it is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from server.audit.audit_place import audit_place
from server.operations.copy_evidence import copy_evidence
from server.photo_store import photos_in
from server.standalone import verify
from tests.small_log import sealed_server

# More than 256, so that there are full tiles and a second level.
ENTRIES = 270
# Every column that evidence rests on: it is signed, it is in the log, or it names a key or a photo by its digest.
EVIDENCE = {
    "entries": ("idx", "id", "device", "seq", "prev", "header", "signature", "body", "leaf"),
    "log_tiles": ("level", "number", "hashes"),
    "log_head": ("origin", "size", "root"),
    "photos": ("digest", "size"),
    "devices": ("id", "jwk"),
}
Verifier = Callable[[Path], list[str]]
VERIFIERS: dict[str, Verifier] = {
    "sanad verify": lambda folder: audit_place(str(folder)).wrong,
    "verify.py": lambda folder: verify.check(str(folder)).wrong,
}


@dataclass
class Tally:
    """How many changes were tried and who named how many; `unnamed` says which were not."""

    tried: int = 0
    carry_nothing: int = 0
    named: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VERIFIERS, 0))
    unnamed: list[str] = field(default_factory=list)

    def ask(self, folder: Path, what: str) -> None:
        self.tried += 1
        for name, verifier in VERIFIERS.items():
            if verifier(folder):
                self.named[name] += 1
            else:
                self.unnamed.append(f"{name}: {what}")

    @property
    def is_right(self) -> bool:
        return not self.unnamed and all(count == self.tried for count in self.named.values())


def make_copy(folder: Path) -> Path:
    """A signed copy of a small server's evidence."""
    _, held, _ = sealed_server(folder / "data", ENTRIES)
    copy_evidence(held, folder / "copy")
    held.engine.dispose()
    return folder / "copy"


def files_of(copy: Path) -> dict[str, list[Path]]:
    """What is in a copy, by what it is; each sort is damaged as often as the others."""
    found = {"database": [copy / "sanad.db"], "photos": sorted(photos_in(copy / "photos"))}
    found["tiles"] = sorted(path for path in (copy / "log" / "tile").rglob("*") if path.is_file())
    found["checkpoint"] = [copy / "log" / "checkpoint"]
    return found


@contextmanager
def put_back(*paths: Path) -> Iterator[None]:
    before = {path: path.read_bytes() for path in paths}
    try:
        yield
    finally:
        for path, content in before.items():
            path.unlink(missing_ok=True)
            path.write_bytes(content)


def damage_file(path: Path, chance: random.Random) -> str:
    """Changes one byte, leaves it out, cuts the file off there, or removes it."""
    content = bytearray(path.read_bytes())
    at = chance.randrange(len(content))
    how = chance.choice(("changed", "changed", "left out", "cut off", "removed"))
    path.unlink()
    if how == "changed":
        content[at] ^= chance.randrange(1, 256)
    elif how == "left out":
        del content[at]
    else:
        del content[at:]
    if how != "removed":
        path.write_bytes(content)
    return f"{path.name}: byte {at} {how}"


def damage_value(database: Path, chance: random.Random) -> str:
    """Changes one byte of one stored value, or deletes a row."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        table = chance.choice(sorted(EVIDENCE))
        column = chance.choice(EVIDENCE[table])
        rows = connection.execute(f"SELECT rowid, {column} FROM {table} WHERE {_relied_on(table)}").fetchall()
        row, value = chance.choice(rows)
        if chance.random() < 0.2:
            connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
            return f"{table}: row {row} deleted"
        other = _off_by_one_byte(value, chance)
        try:
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (other, row))
        except sqlite3.IntegrityError:  # another row has this name already: then the two change places
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (other,))
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (other, row))
    connection.close()
    return f"{table}.{column} of row {row}: {value!r:.60} became {other!r:.60}"


def _relied_on(table: str) -> str:
    """A device that never wrote is evidence of nothing."""
    return "id IN (SELECT device FROM entries)" if table == "devices" else "1"


def _off_by_one_byte(value: int | str | bytes, chance: random.Random) -> object:
    if isinstance(value, int):
        return value ^ chance.randrange(1, 256)
    raw = bytearray(value.encode() if isinstance(value, str) else value)
    if not raw:
        return "x" if isinstance(value, str) else b"x"
    at = chance.randrange(len(raw))
    if isinstance(value, str):
        raw[at] = chance.choice([letter for letter in range(32, 127) if letter != raw[at]])
        return raw.decode()
    raw[at] ^= chance.randrange(1, 256)
    return bytes(raw)


def what_is_relied_on(database: Path) -> str:
    """A digest of everything in a database that evidence rests on; empty when it cannot be read to the end."""
    digest = hashlib.sha256()
    try:
        connection = sqlite3.connect(f"{database.as_uri()}?immutable=1", uri=True)
        connection.text_factory = bytes
        for table, columns in EVIDENCE.items():
            named = ", ".join(columns)
            for row in connection.execute(f"SELECT {named} FROM {table} WHERE {_relied_on(table)} ORDER BY {named}"):
                digest.update(repr(row).encode())
        connection.close()
    except (sqlite3.Error, UnicodeDecodeError):
        return ""
    return digest.hexdigest()


def tamper(copy: Path, count: int, seed: int) -> dict[str, Tally]:
    """The tallies of the three ways; a copy that is as it was must be in order, before and after."""
    chance, tallies = random.Random(seed), {name: Tally() for name in ("copy", "values", "raw")}
    files, database, manifest = files_of(copy), copy / "sanad.db", copy / "manifest"
    _refuse_wrong(copy)
    for _ in range(count):
        path = chance.choice(files[chance.choice(sorted(files))])
        with put_back(path):
            tallies["copy"].ask(copy, damage_file(path, chance))
    with put_back(manifest):
        manifest.unlink()
        _refuse_wrong(copy)
        relied_on = what_is_relied_on(database)
        for _ in range(count):
            _damage_without_list(files, chance, tallies["values"], copy)
        for _ in range(count):
            _damage_raw(database, chance, tallies["raw"], copy, relied_on)
    _refuse_wrong(copy)
    return tallies


def _damage_without_list(files: dict[str, list[Path]], chance: random.Random, tally: Tally, copy: Path) -> None:
    sort = chance.choice(sorted(files))
    path = chance.choice(files[sort])
    with put_back(path):
        tally.ask(copy, damage_value(path, chance) if sort == "database" else damage_file(path, chance))


def _damage_raw(database: Path, chance: random.Random, tally: Tally, copy: Path, relied_on: str) -> None:
    content = bytearray(database.read_bytes())
    at = chance.randrange(len(content))
    content[at] ^= chance.randrange(1, 256)
    with put_back(database):
        database.write_bytes(content)
        if what_is_relied_on(database) == relied_on:
            tally.carry_nothing += 1
            for verifier in VERIFIERS.values():
                verifier(copy)  # whatever it finds, it must not break
        else:
            tally.ask(copy, f"sanad.db: byte {at} changed")


def _refuse_wrong(copy: Path) -> None:
    for name, verifier in VERIFIERS.items():
        if wrong := verifier(copy):
            raise AssertionError(f"{name} finds fault with an untouched copy: {wrong[:3]}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        tallies = tamper(make_copy(Path(folder)), given.count, given.seed)
    said = {name: asdict(tally) for name, tally in tallies.items()}
    if given.json:
        is_ok = all(tally.is_right for tally in tallies.values())
        measured = {"cpu_s": round(time.process_time() - began, 1), "seed": given.seed}
        print(json.dumps({"ok": is_ok, "ways": said, **measured}))
    else:
        for name, tally in tallies.items():
            named = ", ".join(f"{count} by {verifier}" for verifier, count in tally.named.items())
            print(f"{name}: of {tally.tried} changes named {named}; {tally.carry_nothing} carried nothing")
            print("\n".join(f"  not named by {each}" for each in tally.unnamed[:20]))
    sys.exit(0 if all(tally.is_right for tally in tallies.values()) else 1)


if __name__ == "__main__":
    main()
