"""What belongs to a country and not to the program: governorates, incident types, checklists, rules."""

from functools import cache
from pathlib import Path

from server.packs.checks import check_pack
from server.packs.reading import PackFault, read_pack
from server.packs.shape import (
    Capital,
    Checklist,
    Governorate,
    IncidentGroup,
    IncidentType,
    Office,
    Option,
    Pack,
    Question,
)

__all__ = [
    "Capital",
    "Checklist",
    "Governorate",
    "IncidentGroup",
    "IncidentType",
    "Office",
    "Option",
    "Pack",
    "PackFault",
    "Question",
    "load_pack",
    "load_pack_from",
]

PACKS = Path(__file__).parent


def load_pack(name: str = "iraq") -> Pack:
    """The pack of that name that came with the program, checked; read once in the life of a process."""
    return _load_once(PACKS / name)


def load_pack_from(folder: Path) -> Pack:
    """The pack in `folder`, checked. Raises PackFault naming the file and the key."""
    pack = read_pack(folder.name, folder)
    check_pack(pack)
    return pack


_load_once = cache(load_pack_from)
