"""Draws the slip with which an observer's phone joins: a code to scan, a link to open, until when."""

from __future__ import annotations

import io
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from server.packs import Pack
from server.words import LANGUAGES, direction, say

# White around the code, without which cameras do not find it.
QUIET_ZONE = 4
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:30em;margin:2em auto;padding:0 1em}svg{width:16em;height:16em}"
    "code{overflow-wrap:anywhere}h1{font-size:1.3em}"
)


def write_qr_svg(link: str) -> str:
    """The link as a QR code, black on white in any theme, to stand in a page or in a file of its own."""
    drawn = io.BytesIO()
    import segno  # loaded by the first join link and not at every start

    code = segno.make(link, error="m")
    code.save(
        drawn, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True, xmldecl=False, svgclass="qr"
    )
    return drawn.getvalue().decode()


def draw_slip(pack: Pack, observer: str, link: str, expires_ms: int) -> str:
    """An HTML page that needs nothing else, in every language: whoever prints it may not know the observer's."""
    moment = datetime.fromtimestamp(expires_ms / 1000, ZoneInfo(pack.settings["time_zone"]))
    until = moment.strftime("%Y-%m-%d %H:%M")
    texts = "".join(_section(language, observer, until) for language in LANGUAGES)
    return (
        f'<!doctype html><html lang="ar"><meta charset="utf-8"><title>Sanad {escape(observer)}</title>'
        f"<style>{_STYLE}</style>{write_qr_svg(link)}<p><code dir=ltr>{escape(link)}</code></p>{texts}</html>\n"
    )


def _section(language: str, observer: str, until: str) -> str:
    title = say(language, "enrol-title", badge=observer)
    sentences = (say(language, "enrol-scan"), say(language, "enrol-until", time=until), say(language, "enrol-keep"))
    said = " ".join(map(escape, sentences))
    return f'<section lang="{language}" dir="{direction(language)}"><h1>{escape(title)}</h1><p>{said}</p></section>'
