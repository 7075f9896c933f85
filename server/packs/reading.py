"""Turns the files of a pack into its governorates, incident types and checklists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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


class PackFault(ValueError):
    """The pack cannot be used; the message names the file and the key."""

    def __init__(self, file: str, key: str, why: str) -> None:
        super().__init__(f"{file}: {key}: {why}")
        self.file, self.key = file, key


def read_pack(name: str, folder: Path) -> Pack:
    """The pack in `folder`, not yet checked for sense. Raises PackFault for a missing file or key."""
    head = _read(folder, "settings.json")
    areas = _read(folder, "governorates.json")
    types = _read(folder, "incident_types.json")
    lists = _read(folder, "checklists.json")
    try:
        return Pack(
            id=name,
            version=head["version"],
            labels_reviewed=head["labels_reviewed"],
            settings=head["settings"],
            governorates=_each("governorates.json", areas["governorates"], _governorate),
            incident_groups=_each("incident_types.json", types["groups"], lambda row: IncidentGroup(**row)),
            incident_types=_each("incident_types.json", types["types"], _incident_type),
            checklists=_each(
                "checklists.json", lists["checklists"], lambda row: _checklist(row, lists["option_sets"])
            ),
            folder=folder,
        )
    except KeyError as missing:
        raise PackFault(name, str(missing.args[0]), "is missing from every file of the pack") from missing


def _read(folder: Path, file: str) -> dict[str, Any]:
    try:
        found = json.loads((folder / file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise PackFault(file, "(whole file)", f"cannot be read as JSON: {fault}") from fault
    if not isinstance(found, dict):
        raise PackFault(file, "(whole file)", "must be a JSON object")
    return found


def _each(file: str, rows: list[dict[str, Any]], build: Any) -> tuple[Any, ...]:
    """Every row built; a fault names the row by its code or id."""
    built = []
    for place, row in enumerate(rows):
        try:
            built.append(build(row))
        except (KeyError, TypeError) as fault:
            key = str(row.get("code") or row.get("id") or f"row {place}")
            raise PackFault(file, key, f"a field is missing or wrong: {fault}") from fault
    return tuple(built)


def _governorate(row: Mapping[str, Any]) -> Governorate:
    return Governorate(
        code=row["code"],
        name=row["name"],
        aliases=tuple(row["aliases"]),
        capital=Capital(**row["capital"]),
        tile=(row["tile"][0], row["tile"][1]),
        label=(row["label"][0], row["label"][1]),
        offices=tuple(Office(**office) for office in row["offices"]),
    )


def _incident_type(row: Mapping[str, Any]) -> IncidentType:
    # `counted` and `basis` are for the reader of the file.
    return IncidentType(**{key: value for key, value in row.items() if key not in ("counted", "basis")})


def _checklist(row: Mapping[str, Any], option_sets: Mapping[str, Any]) -> Checklist:
    return Checklist(
        id=row["id"],
        phase=row["phase"],
        name=row["name"],
        questions=tuple(_question(question, option_sets) for question in row["questions"]),
    )


def _question(row: Mapping[str, Any], option_sets: Mapping[str, Any]) -> Question:
    options = option_sets[row["options"]] if row["options"] else ()
    return Question(
        id=row["id"],
        label=row["label"],
        type=row["type"],
        options=tuple(Option(**option) for option in options),
        expected=row["expected"],
        critical=row["critical"],
        incident=row["incident"],
        show_if=row["show_if"],
    )
