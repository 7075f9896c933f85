#!/usr/bin/env python3
"""Checks what Sanad published, copied or handed out, and names each thing that is wrong in one plain sentence.

    python3 verify.py [--vkey KEY]… [--from OLD-CHECKPOINT] URL | FOLDER | FILE.zip

It reads a log (by its address or as a folder), a copy of a server's data folder, or a custody export. It needs Python
3.8 or later and nothing else: every rule it goes by is on these pages. RFC 6962 says how the tree is hashed, FIPS
186-5 and RFC 8032 how signatures are checked, c2sp.org (signed-note, tlog-checkpoint, tlog-tiles, tlog-proof,
tlog-cosignature at commit 5ba5ee8) how checkpoints, tiles and proofs are written. Exit code 0: all is as it must be.
"""

import argparse
import io
import json
import re
import sqlite3
import sys
import urllib.error
import urllib.request
import zipfile
from base64 import b64decode, b64encode, urlsafe_b64encode
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256, sha512
from pathlib import Path

LARGEST_FILE = 256 * 1024 * 1024  # a photo has 12 MB at most; anything beyond this is no file of ours
PROTECTED = b'{"alg":"ES256","typ":"sanad-entry+jws"}'


class Findings:
    """What is wrong, what was checked, and what no check of this kind can know."""

    def __init__(self):
        self.wrong, self.checked, self.unknown = [], [], []

    @contextmanager
    def reading(self, what):
        """Whatever cannot even be read is named, and the check goes on with the next thing."""
        try:
            yield
        except Exception as error:  # a damaged copy may break anything, and each break is a finding
            self.wrong.append(f"{what} cannot be read: {error or type(error).__name__}")


def b64u(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text, url=False):
    """Bytes behind base64; only their one spelling is taken, so that no two texts stand for one value."""
    raw = b64decode(text + "=" * (-len(text) % 4) if url else text, altchars=b"-_" if url else None, validate=True)
    if (b64u(raw) if url else b64encode(raw).decode()) != text:
        raise ValueError("not base64 as it is written here")
    return raw


# --- ECDSA on the curve P-256 (FIPS 186-5 §6.4, SP 800-186 §3.2.1.3) ---------------------------------------------

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    1,
)
NOWHERE = (1, 1, 0)


def double(point):
    """Points are (x, y, z) for (x/z², y/z³), so that nothing is divided before the end."""
    x, y, z = point
    yy, zz = y * y % P, z * z
    s, m = 4 * x * yy % P, 3 * (x - zz) * (x + zz) % P
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * yy * yy) % P, 2 * y * z % P


def add(one, two):
    (x1, y1, z1), (x2, y2, z2) = one, two
    if not z1 or not z2:
        return two if not z1 else one
    zz1, zz2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * zz2 % P, x2 * zz1 % P
    s1, s2 = y1 * zz2 * z2 % P, y2 * zz1 * z1 % P
    if u1 == u2:
        return double(one) if s1 == s2 else NOWHERE
    h, r = u2 - u1, s2 - s1
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - s1 * hhh) % P, h * z1 * z2 % P


@lru_cache(maxsize=4096)
def p256(x, y, message, r, s):
    """Whether (r, s) is a signature of `message` by the key at (x, y)."""
    if not (0 < r < N and 0 < s < N and 0 <= x < P and 0 <= y < P) or (y * y - x**3 + 3 * x - B) % P:
        return False
    inverse = pow(s, -1, N)
    u1, u2 = int.from_bytes(sha256(message).digest(), "big") * inverse % N, r * inverse % N
    sums, total = (NOWHERE, G, (x, y, 1), add(G, (x, y, 1))), NOWHERE
    for bit in range(255, -1, -1):  # u1·G + u2·key, both at once
        total = add(double(total), sums[(u1 >> bit & 1) + 2 * (u2 >> bit & 1)])
    return bool(total[2]) and total[0] * pow(total[2], -2, P) % P % N == r


def from_der(raw):
    """r and s of a DER signature in its one shortest form."""
    r_end = 4 + raw[3]
    r, s = int.from_bytes(raw[4:r_end], "big"), int.from_bytes(raw[r_end + 2 :], "big")
    numbers = [n.to_bytes(n.bit_length() // 8 + 1, "big") for n in (r, s)]
    parts = b"".join(b"\x02" + bytes([len(each)]) + each for each in numbers)
    if raw != b"\x30" + bytes([len(parts)]) + parts:
        raise ValueError("not a DER signature")
    return r, s


# --- Ed25519 (RFC 8032 §5.1) -------------------------------------------------------------------------------------

Q = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, Q) % Q


def edwards_add(one, two):
    (x1, y1), (x2, y2) = one, two
    k = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + k, -1, Q) % Q, (y1 * y2 + x1 * x2) * pow(1 - k, -1, Q) % Q


def edwards_times(number, point):
    total = (0, 1)
    for bit in bin(number)[2:]:
        total = edwards_add(total, total)
        total = edwards_add(total, point) if bit == "1" else total
    return total


def edwards_point(raw):
    """The point that 32 bytes stand for; only in its one spelling."""
    y, sign = int.from_bytes(raw, "little") & (2**255 - 1), raw[31] >> 7
    xx = (y * y - 1) * pow(D * y * y + 1, -1, Q) % Q
    x = pow(xx, (Q + 3) // 8, Q)
    x = x if x * x % Q == xx else x * pow(2, (Q - 1) // 4, Q) % Q
    if y >= Q or x * x % Q != xx or (not x and sign):
        raise ValueError("not a point of the curve")
    return (x if x % 2 == sign else Q - x), y


@lru_cache(maxsize=4096)
def ed25519(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= L:  # the same signature in another spelling
        return False
    try:
        key, r_point = edwards_point(public), edwards_point(r)
    except ValueError:
        return False
    k = int.from_bytes(sha512(r + public + message).digest(), "little") % L
    base = edwards_point((4 * pow(5, -1, Q) % Q).to_bytes(32, "little"))
    return edwards_times(s, base) == edwards_add(r_point, edwards_times(k, key))


# --- Signed notes and checkpoints --------------------------------------------------------------------------------

ED25519, ECDSA, COSIGNATURE = 1, 2, 4
KIND_NAMES = {ED25519: "Ed25519", ECDSA: "P-256", COSIGNATURE: "witness"}
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + b"\x04"  # what stands before x and y


def read_vkey(text):
    """`name+hash+base64` as (name, kind, public key, key id)."""
    name, short, encoded = text.strip().split("+", 2)
    raw = unb64(encoded)
    named = raw[1:] if raw[0] == ECDSA else name.encode() + b"\n" + raw
    key_id = sha256(named).digest()[:4]
    if key_id.hex() != short or (raw[0] == ECDSA and (len(raw) != 92 or not raw[1:].startswith(SPKI))):
        raise ValueError(f"{text.strip()[:60]} is not a key")
    return name, raw[0], raw[1:], key_id


def key_name(key):
    """The name under which the P-256 key of a log writes entries of its own."""
    return open_key({"x": b64u(key[2][-64:-32]), "y": b64u(key[2][-32:])})[1]


def is_signed(key, text, signature):
    _, kind, public, _ = key
    if kind == ED25519:
        return ed25519(public, text, signature)
    if kind == COSIGNATURE:
        stated = b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[:8], "big")
        return ed25519(public, stated + text, signature[8:])
    x, y = public[-64:-32], public[-32:]
    return p256(int.from_bytes(x, "big"), int.from_bytes(y, "big"), text, *from_der(signature))


def open_note(raw, keys, what, found):
    """The text of a signed note; every line of a key we know must be right, and both keys of the log must be there."""
    note = raw.decode()
    text, gap, below = note.rpartition("\n\n")
    if not gap or not below.endswith("\n") or any(c < " " and c != "\n" for c in note):
        raise ValueError("not a signed note")
    known, right = {(key[0], key[3]): key for key in keys}, set()
    for line in below[:-1].split("\n"):
        mark, name, encoded = line.split(" ")
        signature = unb64(encoded)
        if mark != "\N{EM DASH}":
            raise ValueError("not a signature line")
        key = known.get((name, signature[:4]))
        if key is None:
            found.unknown.append(f"{what} is also signed by {name}, whose key was not given")
        elif is_signed(key, text.encode() + b"\n", signature[4:]):
            right.add(key)
        else:
            found.wrong.append(f"{what}: the {KIND_NAMES.get(key[1])} signature of {name} is wrong")
    for kind in (ED25519, ECDSA):
        if not any(key[1] == kind for key in right):
            found.wrong.append(f"{what} is not signed with the {KIND_NAMES[kind]} key of the log")
    return text + "\n", sorted(key[0] for key in right if key[1] == COSIGNATURE)


def open_checkpoint(raw, keys, what, found):
    """(origin, size, root) of a checkpoint."""
    text, witnesses = open_note(raw, keys, what, found)
    origin, size, root, *more = text[:-1].split("\n")
    if not re.fullmatch("0|[1-9][0-9]{0,15}", size) or len(unb64(root)) != 32 or more:
        raise ValueError("not a checkpoint")
    found.checked += [f"{what} is cosigned by the witness {name}" for name in witnesses]
    return origin, int(size), unb64(root)


def read_keys(read, given, found):
    """The keys given on the command line, else those that lie beside what they are to prove."""
    if given:
        return [read_vkey(text) for text in given]
    raw = read("vkeys")
    if raw is None:
        found.wrong.append("vkeys is missing, and no key was given with --vkey")
        return []
    found.unknown.append("whose keys these are: they lie beside what they prove. Get them elsewhere and give --vkey")
    return [read_vkey(line) for line in raw.decode().splitlines()]


# --- The tree (RFC 6962 §2.1) and the log (c2sp.org/tlog-tiles) --------------------------------------------------


def node(left, right):
    return sha256(b"\x01" + left + right).digest()


def grow(leaves, sizes):
    """Every tile level, and the root at each of `sizes`, from the leaves alone."""
    levels: list = [[], [], [], []]
    roots, stack = {0: sha256(b"").digest()}, []  # type: ignore[var-annotated]
    for number, leaf in enumerate(leaves, 1):
        count, hash_ = 1, sha256(b"\x00" + leaf).digest()
        levels[0].append(hash_)
        while stack and stack[-1][0] == count:  # two perfect trees of one size become one
            count, hash_ = count * 2, node(stack.pop()[1], hash_)
            if count in (256, 256**2, 256**3):
                levels[count.bit_length() // 8].append(hash_)
        stack.append((count, hash_))
        if number in sizes:
            roots[number] = hash_
            for _, left in stack[-2::-1]:
                roots[number] = node(left, roots[number])
    return levels, roots


def is_included(leaf, index, size, path, root):
    """RFC 9162 §2.1.3.2."""
    hash_, last = sha256(b"\x00" + leaf).digest(), size - 1
    for beside in path:
        if index % 2 or index == last:
            hash_ = node(beside, hash_)
            while not index % 2 and index:
                index, last = index // 2, last // 2
        else:
            hash_ = node(hash_, beside)
        index, last = index // 2, last // 2
    return last == 0 and index == 0 and hash_ == root


def tile(read, level, number, width, unit):
    """(name, bytes) of a tile or bundle; a full one serves where its partial one is gone."""
    path = "".join(f"x{number // 1000 ** n % 1000:03}/" for n in range(9, 0, -1) if number >= 1000**n)
    path = f"tile/{level}/{path}{number % 1000:03}"
    name = path if width == 256 else f"{path}.p/{width}"
    found = read(name)
    if found is None and width < 256:
        found = (read(path) or b"")[: width * unit] or None
    return name, found


def tiles_of(size):
    """(level, number, width) of each tile of a tree of this size."""
    for level in range(4):
        full, rest = divmod(size >> 8 * level, 256)
        yield from ((level, number, 256) for number in range(full))
        if rest:
            yield level, full, rest


def read_leaves(read, size, found):
    """The leaves as the log publishes them, up to the first bundle that is missing or broken."""
    leaves = []
    for _, number, width in ((level, n, w) for level, n, w in tiles_of(size) if level == 0):
        path, raw = tile(read, "entries", number, width, 67)
        if raw is None or len(raw) != 67 * width:
            found.wrong.append(f"{path} is {'missing' if raw is None else 'not as long as it must be'}")
            break
        some = [raw[at : at + 67] for at in range(0, len(raw), 67)]
        if any(each[:3] != b"\x00\x41\x01" for each in some):
            found.wrong.append(f"{path} holds what is no leaf")
        leaves += [each[2:] for each in some]
    return leaves


def check_log(read, given, old, found, leaves=None, sizes=()):
    """The whole log, rebuilt from its leaves. Answers with keys, size, levels, and the root at each of `sizes`."""
    levels: list = [[], [], [], []]
    keys, size, roots, olds = [], 0, {}, (0, b"")  # type: ignore[var-annotated]
    with found.reading("the log's keys"):
        keys = read_keys(read, given, found)
    raw = read("checkpoint")
    if raw is None:
        found.wrong.append("the log has no checkpoint")
        return keys, 0, levels, roots
    with found.reading("checkpoint"):
        origin, size, root = open_checkpoint(raw, keys, "checkpoint", found)
        if old:
            with found.reading("the old checkpoint"):
                old_origin, *olds = open_checkpoint(old, keys, "the old checkpoint", found)
                if old_origin != origin:
                    found.wrong.append(f"the old checkpoint is of another log, {old_origin}")
        published = read_leaves(read, size, found)
        if leaves is not None and published != leaves[: len(published)]:
            first = next(n for n, leaf in enumerate(published) if leaves[n : n + 1] != [leaf])
            found.wrong.append(f"the log's leaf {first} is not that of the stored entry")
        levels, roots = grow(published if leaves is None else leaves, {size, olds[0], *sizes})
        if roots.get(size) != root:
            found.wrong.append(f"checkpoint: the root of the first {size} entries is not the signed one")
        if old and roots.get(olds[0]) != olds[1]:
            found.wrong.append(f"the log did not grow from the old checkpoint of {olds[0]} entries")
        check_tiles(read, size, levels, found)
        found.checked.append(f"{size} leaves of {origin}, every bundle and tile, the root and both signatures")
    return keys, size, levels, roots


def check_tiles(read, size, levels, found):
    if len(levels[0]) < size:  # said already; a size that somebody invented would name tiles without end
        return
    for level, number, width in tiles_of(size):
        path, raw = tile(read, level, number, width, 32)
        if raw is None:
            found.wrong.append(f"{path} is missing")
        elif raw != b"".join(levels[level][number * 256 : number * 256 + width]):
            found.wrong.append(f"{path} is not what its entries give")


# --- One entry, as it was signed ---------------------------------------------------------------------------------


def open_key(jwk):
    """(x, y) and the name of a device's key; the name is the digest of the key (RFC 7638)."""
    x, y = unb64(jwk["x"], url=True), unb64(jwk["y"], url=True)
    name = f'{{"crv":"P-256","kty":"EC","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'
    return (int.from_bytes(x, "big"), int.from_bytes(y, "big")), b64u(sha256(name.encode()).digest())


def open_entry(header, body, what, found):
    """(fields, id, leaf) of an entry whose body, where it is held, is the one that the header names."""
    fields, identity = json.loads(header.decode()), sha256(header).digest()
    if not isinstance(fields, dict):
        raise ValueError("its header is not an object")
    if body is not None and b64u(sha256(body).digest()) != fields["body"]:
        found.wrong.append(f"{what}: the body is not the one that was signed")
    return fields, b64u(identity), b"\x01" + identity + unb64(fields["body"], url=True)


def entry_is_signed(key, header, signature):
    try:
        raw = unb64(signature, url=True)
    except (ValueError, TypeError):
        return False
    signed = b64u(PROTECTED) + "." + b64u(header)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    return len(raw) == 64 and key is not None and p256(*key, signed.encode(), r, s)


# --- A copy of a server's data folder ----------------------------------------------------------------------------


def open_database(folder):
    """A function that asks questions; nothing is written, not even beside the file."""
    path = folder / "sanad.db"
    how = "mode=ro" if path.with_name("sanad.db-wal").exists() else "immutable=1"
    database = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)
    database.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    database.execute("BEGIN")  # one snapshot: a server may be running
    return database.execute


def check_copy(folder, given, old, found):
    """What evidence rests on in sanad.db, photos/ and log/, derived again from the bytes that were signed."""
    log_files, entries, leaves = folder_reader(folder / "log"), {}, []  # type: ignore[var-annotated]
    checkpoint = log_files("checkpoint")  # before the snapshot, which then holds all that it covers
    ask = open_database(folder)
    with found.reading("sanad.db"):
        found.wrong += [f"sanad.db: {row[0]}" for row in ask("PRAGMA integrity_check") if row[0] != "ok"]
    with found.reading("the table of entries"):
        columns = "idx, header, body, signature, id, leaf, device, seq, prev, flaw"
        for index, *row in ask(f"SELECT {columns} FROM entries ORDER BY idx"):
            if index != len(leaves):
                found.wrong.append(f"entry {len(leaves)} is missing: the next one is {index!r}")
                break  # what stands behind a gap stands at another place and proves nothing
            leaves.append(row[4])
            with found.reading(f"entry {index}"):
                entries[index] = check_row(f"entry {index}", row, found)
    origin, head_size, head_root, sizes = "", 0, b"", {fields["seen"][0] for fields, *_ in entries.values()}
    with found.reading("log_head"):
        ((origin, head_size, head_root),) = ask("SELECT origin, size, root FROM log_head")
        sizes.add(head_size)
    keys, size, levels, roots = check_log(
        lambda name: checkpoint if name == "checkpoint" else log_files(name), given, old, found, leaves, sizes
    )
    with found.reading("the tables of the log"):
        if roots.get(head_size) != head_root or head_size < size or origin not in {key[0] for key in keys}:
            found.wrong.append("log_head is not what the entries give, or of another log than the keys")
        tiles = {(level, n): levels[level][n * 256 : n * 256 + width] for level, n, width in tiles_of(head_size)}
        kept = {(level, n): hashes for level, n, hashes in ask("SELECT level, number, hashes FROM log_tiles")}
        for place in sorted(key for key in {*tiles, *kept} if b"".join(tiles.get(key, ())) != kept.get(key)):
            found.wrong.append(f"log_tiles: tile {place[1]} of level {place[0]} is not what its entries give")
    lost_from = [float("inf")]
    with found.reading("the devices"):
        lost_from += check_signatures(ask, entries, keys, found)
    for index, (fields, *_) in entries.items():
        seen, root = fields["seen"]
        if seen and b64u(roots.get(seen, b"")) != root:
            what = f"entry {index}: its phone saw a log of {seen} entries that this one never was"
            if seen > min(lost_from):
                found.unknown.append(f"{what}; this server was restored from {min(lost_from)} entries")
            else:
                found.wrong.append(what)
    with found.reading("the photos"):
        named = {photo[0] for fields, *_ in entries.values() for photo in fields["photos"]}
        check_photos(ask, folder / "photos", named, found)
    if len(leaves) > size:
        found.unknown.append(f"whether all is there after entry {size - 1}: no signed checkpoint covers it yet")
    found.checked.append(f"{len(entries)} entries: bytes, ids, leaves, signatures, and the checkpoints they saw")


def check_row(what, row, found):
    header, body, signature, identity, leaf, device, seq, prev, flaw = row
    fields, own_id, own_leaf = open_entry(header, body, what, found)
    if body is None:
        found.wrong.append(f"{what}: the body is missing; its leaf still proves what it was")
    if (own_id, own_leaf, fields["device"]) != (identity, leaf, device):
        found.wrong.append(f"{what}: id, leaf or device are not those of its bytes")
    if flaw is None and (fields["seq"], fields["prev"]) != (seq, prev):
        found.wrong.append(f"{what}: the place in the table is not the one that was signed")
    if flaw is not None:  # a malformed header is kept as it came; what it says cannot be relied on
        fields = {**fields, "seen": [0, ""], "photos": []}
    return fields, header, body, signature, own_id


def check_signatures(ask, entries, keys, found):
    """Each entry by the key of its device, each device enrolled by an entry that a key of the log signed.

    Answers with the sizes from which this server was restored."""
    device_keys = {}
    for device, jwk in ask("SELECT id, jwk FROM devices"):
        with found.reading(f"the key of device {device!r}"):
            device_keys[device], name = open_key(json.loads(jwk))
            if name != device or jwk != json.dumps({**json.loads(jwk), "kty": "EC", "crv": "P-256"}, sort_keys=True):
                found.wrong.append(f"device {device}: the key is not the one it is named by")
    servers, lost_from = handed_over(ask, {key_name(key) for key in keys if key[1] == ECDSA}, device_keys)
    enrolled = servers
    unchecked = {index for (index,) in ask("SELECT idx FROM signature_checks WHERE is_valid IS NOT 1")}
    followed = {(fields["device"], fields["prev"]) for fields, *_ in entries.values()}
    for index, (fields, header, body, signature, identity) in entries.items():
        device = fields["device"]
        if not entry_is_signed(device_keys.get(device), header, signature):
            if index in unchecked and (device, identity) in followed:
                found.unknown.append(f"who signed entry {index}: only the next one of its device vouches for it")
            else:
                found.wrong.append(f"entry {index} is not signed by its device")
        if fields["kind"] in ("device.enrol", "organisation.key") and device in servers and body is not None:
            with found.reading(f"the enrolment in entry {index}"):
                enrolled = {*enrolled, json.loads(body)["device"]}
    check_confirmed(entries.values(), servers, found)
    for device in sorted({fields["device"] for fields, *_ in entries.values()} - enrolled):
        found.wrong.append(f"device {device} wrote entries, and nothing that the log's key signed enrols it")
    return lost_from


def check_confirmed(entries, servers, found):
    """A server can invent observers, but not the signature of an organisation whose key it does not hold."""
    own, newest, phones, confirmed = {}, {}, {}, set()
    for fields, _, body, _, identity in entries:
        if fields["kind"] in ("device.enrol", "organisation.key", "device.countersign") and body is not None:
            with found.reading(f"the {fields['kind']} {identity}"):
                said = json.loads(body)
                if fields["kind"] == "organisation.key" and fields["device"] in servers:
                    own[said["device"]] = said["organisation"]
                    newest[said["organisation"]] = said["device"]  # one that was replaced confirms nothing any more
                elif fields["kind"] == "device.enrol" and fields["device"] in servers:
                    phones[identity] = said["organisation"]
                elif fields["kind"] == "device.countersign" and fields["device"] in newest.values():
                    confirmed |= {each for each in said["entries"] if phones.get(each) == own[fields["device"]]}
    if confirmed:
        found.checked.append(f"{len(confirmed)} phones that their organisations confirmed")
        found.unknown += [f"whether {device} is the key of {name}: ask {name}" for device, name in sorted(own.items())]
    lacking = [name for identity, name in phones.items() if identity not in confirmed]
    for name in sorted(set(lacking)):
        found.unknown.append(f"whether {lacking.count(name)} phones of {name} are real: {name} has not confirmed them")


def handed_over(ask, servers, device_keys):
    """The servers from which this one was restored as well, each named by a note that its own key signed."""
    lost_from = []
    for (note,) in ask("SELECT note FROM handovers ORDER BY number DESC"):
        text, _, below = note.rpartition("\n\n")
        mark, old_origin, size, _, _, new_key, _ = text.split("\n")
        is_ours = mark == "sanad-handover/1" and key_name(read_vkey(new_key)) in servers
        for line in below[:-1].split("\n") if is_ours else ():
            _, name, signature = line.split(" ")
            for device, (x, y) in device_keys.items():
                spki = SPKI + x.to_bytes(32, "big") + y.to_bytes(32, "big")
                key = (name, ECDSA, spki, sha256(spki).digest()[:4])
                raw = unb64(signature)
                if key[3] == raw[:4] and name == old_origin and is_signed(key, text.encode() + b"\n", raw[4:]):
                    servers = {*servers, device}
                    lost_from.append(int(size))
    return servers, lost_from


def check_photos(ask, folder, named, found):
    held, rows = {path.name: path for path in folder.glob("??/*")}, dict(ask("SELECT digest, size FROM photos"))
    for digest in sorted({*held, *rows}, key=str):
        raw = held[digest].read_bytes() if digest in held else None
        if raw is None:
            found.wrong.append(f"photo {digest} was acknowledged and is missing")
        elif b64u(sha256(raw).digest()) != digest or rows.get(digest, len(raw)) != len(raw):
            found.wrong.append(f"photo {digest} is not what its digest and size say")
        if digest not in rows or digest not in named:
            found.wrong.append(f"photo {digest} is {'not registered' if digest in named else 'named by no entry'}")
    found.checked.append(f"{len(rows)} photos byte for byte")
    if named - rows.keys():
        found.unknown.append(f"{len(named - rows.keys())} photos that entries name: they have not arrived")


# --- A custody export, and the signed list of files of any copy --------------------------------------------------


def check_manifest(read, names, keys, found):
    """Every file is listed with size and digest, and the list is signed with both keys of the log."""
    text, _ = open_note(read("manifest"), keys, "manifest", found)
    mark, _, *lines = text[:-1].split("\n")
    listed = {line.split(" ", 2)[2]: line for line in lines}
    if mark != "sanad-manifest/1":
        raise ValueError("not a manifest")
    for name in sorted({*listed, *names} - {"manifest"}):
        raw = read(name)
        if raw is None:
            found.wrong.append(f"{name} is missing")
        elif f"{b64u(sha256(raw).digest())} {len(raw)} {name}" != listed.get(name):
            found.wrong.append(f"{name} is not {'as' if name in listed else 'among'} what was copied")
    found.checked.append(f"{len(listed)} files against the signed manifest")


def check_export(read, names, keys, found):
    """Each entry by its device's key and its place in the log; each photo by the digest that an entry names."""
    device_keys = {name: key for key, name in map(open_key, json.loads(read("keys.json")))}
    photos, count = set(), 0
    for name in sorted(name for name in names if name.endswith(".header")):
        with found.reading(name):
            parts = ("header", "body", "signature", "tlog-proof")
            header, body, signature, proof = (read(name[:-6] + each) for each in parts)
            fields, _, leaf = open_entry(header, body, name, found)
            if not entry_is_signed(device_keys.get(fields["device"]), header, signature.decode()):
                found.wrong.append(f"{name} is not signed by its device")
            head, _, note = proof.decode().partition("\n\n")
            mark, index, *path = head.split("\n")
            _, size, root = open_checkpoint(note.encode(), keys, f"the checkpoint in {name[:-6]}tlog-proof", found)
            is_there = is_included(leaf, int(index[len("index ") :]), size, [unb64(each) for each in path], root)
            if mark != "c2sp.org/tlog-proof@v1" or not is_there:
                found.wrong.append(f"{name[:-6]}tlog-proof does not prove that the entry is in the log")
            photos |= {photo[0] for photo in fields["photos"]}
            count += 1
            if body is None:
                found.unknown.append(f"what {name[:-6]}body said: it was left out, its digest is proved")
    for digest in sorted(photos):
        raw = read(f"photos/{digest}")
        if raw is None:
            found.unknown.append(f"photo {digest}: it is not in this export")
        elif b64u(sha256(raw).digest()) != digest:
            found.wrong.append(f"photo {digest} is not what its digest says")
    found.checked.append(f"{count} entries: signatures and places in the log; {len(photos)} photos")
    found.unknown.append("who held the phones; and whether others were shown another log: ask its witnesses")


# --- Where it is read from ---------------------------------------------------------------------------------------


def folder_reader(folder):
    return lambda name: (folder / name).read_bytes() if (folder / name).is_file() else None


def address_reader(address):
    def read(name):
        try:
            with urllib.request.urlopen(f"{address.rstrip('/')}/{name}", timeout=60) as answer:
                return answer.read(LARGEST_FILE)
        except urllib.error.HTTPError:
            return None

    return read


def zip_reader(path, found):
    """Reads inside the file, so that no name in it can lead anywhere else; nothing may hide between its files."""
    archive, again = zipfile.ZipFile(path), io.BytesIO()
    if sum(each.file_size for each in archive.infolist()) > path.stat().st_size:
        raise ValueError("it unpacks to more than it holds")
    with zipfile.ZipFile(again, "w") as copy:
        for each in archive.infolist():
            copy.writestr(zipfile.ZipInfo(each.filename), archive.read(each))
    if again.getvalue() != path.read_bytes():
        found.wrong.append(f"{path.name} holds something beside its files")
    return lambda name: archive.read(name) if name in archive.namelist() else None, archive.namelist()


def check(place, given=(), old=None):
    """Everything that can be checked of an address, a folder or a zip file."""
    found, path = Findings(), Path(place)
    with found.reading(place):
        if re.match("https?://", place):
            address = place.rstrip("/")
            check_log(address_reader(address if "/log" in address else address + "/log"), given, old, found)
        elif path.is_dir() and not (path / "entries").is_dir():
            names = [each.relative_to(path).as_posix() for each in path.rglob("*") if each.is_file()]
            if not (path / "manifest").exists():
                found.unknown.append("whether bytes changed that carry nothing: no signed list of files lies here")
            else:
                with found.reading("manifest"):
                    keys = read_keys(folder_reader(path / "log"), given, found)
                    check_manifest(folder_reader(path), names, keys, found)
            if (path / "photos").is_dir() or "sanad.db" in names:
                check_copy(path, given, old, found)
            else:
                check_log(folder_reader(path), given, old, found)
        else:
            names = [each.relative_to(path).as_posix() for each in path.rglob("*") if each.is_file()]
            read, names = zip_reader(path, found) if path.is_file() else (folder_reader(path), names)
            keys = read_keys(read, given, found)
            check_manifest(read, names, keys, found)
            check_export(read, names, keys, found)
    return found


def main():
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("place", metavar="URL | FOLDER | FILE.zip")
    asked.add_argument("--vkey", action="append", default=[], help="a key of the log, from somewhere you trust")
    asked.add_argument("--from", dest="old", type=Path, help="an older checkpoint that the log must have grown from")
    given = asked.parse_args()
    found = check(given.place, given.vkey, given.old and given.old.read_bytes())
    for word, sentences in (("WRONG", found.wrong), ("checked", found.checked), ("cannot know", found.unknown)):
        for sentence in dict.fromkeys(sentences):
            print(f"{word}: {sentence}".encode("ascii", "backslashreplace").decode())
    print(f"{len(found.wrong)} things are wrong" if found.wrong else "nothing wrong was found")
    sys.exit(1 if found.wrong else 0)


if __name__ == "__main__":
    main()
