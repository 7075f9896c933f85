"""Python verifiers that we did not write, on a log of ours: `python_verifiers.py NAME FOLDER`, in their venv."""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from importlib.metadata import version
from pathlib import Path


def leaves(folder: Path) -> list[bytes]:
    bundles = [path for path in (folder / "tile" / "entries").rglob("*") if path.is_file()]
    whole = b"".join(path.read_bytes() for path in sorted(bundles, key=lambda path: path.as_posix()))
    return [whole[at + 2 : at + 67] for at in range(0, len(whole), 67)]


def signed(folder: Path) -> tuple[int, bytes]:
    _, size, root = (folder / "checkpoint").read_text().split("\n")[:3]
    return int(size), b64decode(root)


def by_pymerkle(folder: Path) -> str:
    """The root alone: this library knows no checkpoints."""
    from pymerkle import InmemoryTree

    tree = InmemoryTree.init_from_entries(leaves(folder), algorithm="sha256")
    size, root = signed(folder)
    if tree.get_size() != size or tree.get_root() != root:
        raise ValueError("the leaves do not give the signed root")
    return f"the root over {size} leaves"


def by_tlog_scales(folder: Path) -> str:
    from tlog_scales.backend import LocalBackend
    from tlog_scales.reader import TilesReader
    from tlog_scales.signing import Vkey
    from tlog_scales.utils import sha256

    reader = TilesReader(LocalBackend(folder))
    checkpoint = reader.get_checkpoint()
    checkpoint.verify(Vkey.from_string((folder / "vkeys").read_text().splitlines()[0]))
    if reader.calculate_root_hash() != checkpoint.root_hash:
        raise ValueError("the tiles do not give the signed root")
    given = json.loads((folder / "proofs.json").read_text())["Inclusion"]
    for each in given:
        proof = reader.get_inclusion_proof(each["Index"], checkpoint.size)
        if proof.node_hashes != [b64decode(hash_) for hash_ in each["Path"]]:
            raise ValueError("its own proof is another than ours")
        proof.check(sha256(b"\x00" + reader.get_entry(each["Index"])), checkpoint.root_hash)
    return f"the Ed25519 signature, the root from the tiles, and {len(given)} proofs equal to its own"


def by_aics_tlog(folder: Path) -> str:
    from aics_tlog import (
        FileSystemTileReader,
        audit_tiles,
        parse_note,
        parse_vkey,
        verify_checkpoint,
        verify_consistency,
        verify_leaf_inclusion,
    )

    key = parse_vkey((folder / "vkeys").read_text().splitlines()[0])
    found = verify_checkpoint(parse_note((folder / "checkpoint").read_bytes()), key)
    if not found.log_ok:
        raise ValueError(f"the checkpoint: {found.error}")
    size, root = signed(folder)
    audited = audit_tiles(FileSystemTileReader(folder), size, root)
    given, all_leaves = json.loads((folder / "proofs.json").read_text()), leaves(folder)
    for each in given["Inclusion"]:
        path = [b64decode(hash_) for hash_ in each["Path"]]
        if not verify_leaf_inclusion(all_leaves[each["Index"]], each["Index"], size, path, root):
            raise ValueError("a proof of inclusion does not hold")
    for each in given["Consistency"]:
        note = parse_note(each["Checkpoint"])
        old_size, old_root = int(note.text.split("\n")[1]), b64decode(note.text.split("\n")[2])
        path = [b64decode(hash_) for hash_ in each["Path"]]
        if not verify_checkpoint(note, key).log_ok or not verify_consistency(old_size, size, old_root, root, path):
            raise ValueError("a proof of growth does not hold")
    count = f"{len(given['Inclusion'])} proofs of inclusion, {len(given['Consistency'])} of growth"
    return f"the Ed25519 signature over {size} entries, {audited.tiles} tiles, {audited.bundles} bundles, {count}"


VERIFIERS = {"pymerkle": by_pymerkle, "tlog-scales": by_tlog_scales, "aics-tlog": by_aics_tlog}


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    try:
        print(f"{VERIFIERS[name](folder)} ({version(name)})")
    except ImportError:
        raise
    except Exception as error:  # a verifier may refuse in any way it likes
        print(f"refused: {type(error).__name__}: {error}")
        sys.exit(1)


if __name__ == "__main__":
    main()
