"""The sheet that a person reads and prints: the report in Arabic, Kurdish and English, and how to check it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from server.custody.gathering import Gathered, Item
from server.packs import Pack
from server.words import LANGUAGES, bundle, direction, say
from sync.checkpoint import read_checkpoint, read_note
from sync.entry import read_body

_TEMPLATES = Path(__file__).parent.parent / "templates"
_STYLE = Path(__file__).with_name("sheet.css")
# What a browser shows as a picture; anything else is only named.
SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})


def sheet(gathered: Gathered, pack: Pack) -> str:
    """One page of HTML that needs nothing but the photos beside it."""
    environment = Environment(autoescape=True, loader=FileSystemLoader(_TEMPLATES), trim_blocks=True)
    zone = ZoneInfo(pack.settings["time_zone"])
    note = read_note(gathered.checkpoint)
    return environment.get_template("custody/sheet.html").render(
        languages=LANGUAGES, direction=direction, say=say, label=lambda code, language: _label(pack, code, language),
        kind=_kind, moment=lambda at_ms: f"{datetime.fromtimestamp(at_ms / 1000, zone):%Y-%m-%d %H:%M:%S %Z}",
        items=gathered.items, body=_body, gathered=gathered, checkpoint=read_checkpoint(note),
        signers=sorted({line.name for line in note.signatures}), shown=SHOWN,
        style=Markup(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>"),
    )  # fmt: skip


def read_me() -> str:
    """How to check the export, in every language, as plain text."""
    parts = ("custody-what", "custody-carries", "custody-may", "custody-check", "custody-check-how", "custody-cannot")
    # The marks that keep letters apart on a page are boxes in a plain text.
    text = "\n\n\n".join("\n\n".join(say(language, part) for part in parts) for language in LANGUAGES)
    return text.translate({0x2066: None, 0x2068: None, 0x2069: None}) + "\n"


def _kind(code: str, language: str) -> str:
    name = f"reports-kind-{code}".replace(".", "-")
    return say(language, name) if bundle(language).has_message(name) else code


def _label(pack: Pack, code: object, language: str) -> str:
    found = pack.types_by_code.get(code) if isinstance(code, str) else None
    return found.label.get(language, "") if found else ""


def _body(item: Item) -> Mapping[str, Any]:
    """The fields as they were signed, but for the salt; what is no text is written as it travelled."""
    fields = {name: each for name, each in read_body(item.body or b"").items() if name != "salt"}
    return {
        name: each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for name, each in fields.items()
    }
