"""A person at the phone app, by its test ids (web/phone/README.md), in whatever engine: scripts that click and wait."""

from __future__ import annotations

import time
from typing import Any

from tests.engines.drivers import Engine

# Loaded once a page: everything below speaks by these.
_HANDS = """
globalThis.hands ??= (() => {
  const find = (name) => document.querySelector(`[data-testid="${name}"]`);
  const until = async (look, what) => {
    const end = performance.now() + 30000;
    for (;;) {
      const found = await look();
      if (found) return found;
      if (performance.now() > end) throw new Error(`never: ${what}`);
      await new Promise((go) => setTimeout(go, 25));
    }
  };
  const sees = (name) => until(() => find(name), name);
  return {
    find, until, sees,
    tap: async (name) => {
      await until(() => find(name) && !find(name).disabled, name);
      find(name).click();
    },
    write: async (name, text) => {
      const field = await sees(name);
      const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
      Object.getOwnPropertyDescriptor(kind.prototype, 'value').set.call(field, text);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    },
    photo: async (name, seed = 0) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [900, 700];
      const pen = canvas.getContext('2d');
      for (let at = 0; at < 400; at += 1) {
        pen.fillStyle = `hsl(${(at * 47 + seed) % 360} 70% 50%)`;
        pen.fillRect((at * 89) % 900, (at * 53) % 700, 60, 40);
      }
      const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.8));
      const held = new DataTransfer();
      held.items.add(new File([blob], 'tape.jpg', { type: 'image/jpeg' }));
      const field = await sees(name);
      field.files = held.files;
      field.dispatchEvent(new Event('change', { bubbles: true }));
    },
  };
})();
"""


def do(engine: Engine, script: str, tab: int = 0) -> Any:
    """Runs `script` with `hands` at its disposal."""
    return engine.run(_HANDS + script, tab)


def join(engine: Engine, link: str) -> None:
    engine.go(link)
    do(engine, "await hands.tap('language-en'); await hands.sees('self-test-ok'); await hands.tap('join');")
    do(engine, "await hands.sees('screen-pledge'); await hands.tap('pledge-accept'); await hands.sees('screen-today');")


def show(engine: Engine, address: str, screen: str, tab: int = 0) -> None:
    """Goes to a screen of the app by its address behind the hash."""
    do(engine, f"location.hash = {address!r}; await hands.sees('screen-{screen}');", tab)


def fill_incident(
    engine: Engine, text: str, station: str, has_photo: bool = False, tab: int = 0, seed: int = 0
) -> None:
    show(engine, f"#/incident?type=OP03&station={station}", "incident", tab)
    do(engine, f"await hands.tap('severity-4'); await hands.write('incident-text', {text!r});", tab)
    if has_photo:
        do(engine, f"await hands.photo('photo-camera', {seed}); await hands.sees('photo-remove-0');", tab)


def save(engine: Engine) -> None:
    """Taps save; done when the app says that it is saved."""
    do(engine, "await hands.tap('save'); await hands.sees('saved');")


def save_reports(engine: Engine, numbers: range, station: str, tab: int) -> None:
    """Begins to save so many reports, one after the other, and comes back at once: another tab may do the same."""
    script = f"""
      globalThis.lastSaid = '';
      const all = async () => {{
        for (const number of {list(numbers)}) {{
          location.hash = '#/today';
          await hands.sees('screen-today');
          location.hash = '#/incident?type=OP03&station={station}';
          await hands.sees('screen-incident');
          await hands.tap('severity-4');
          await hands.write('incident-text', `report ${{number}} end`);
          await hands.tap('save');
          await hands.sees('saved');
        }}
      }};
      all().then(() => (lastSaid = 'saved'), (error) => (lastSaid = String(error)));
    """
    do(engine, script, tab)


def until_saved(engine: Engine, tab: int, patience_s: float = 120) -> None:
    """Waits until the tab has saved all that it began to save."""
    until = time.monotonic() + patience_s
    while not (said := do(engine, "return lastSaid;", tab)):
        assert time.monotonic() < until, f"tab {tab} never saved"
        time.sleep(0.3)
    assert said == "saved"


def records(engine: Engine) -> list[str]:
    """The state of each record that the outbox shows."""
    show(engine, "#/outbox", "outbox")
    script = """
      await hands.until(() => hands.find('outbox-empty') || hands.find('record-state'), 'list');
      return [...document.querySelectorAll('[data-testid=record-state]')].map((each) => each.dataset.state);
    """
    return do(engine, script)
