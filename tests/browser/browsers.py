"""A real headless Chromium as a phone and as a desk: found on this machine, never downloaded."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

# Without the background flags Chromium calls home at every start, which a closed network refuses noisily.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
WAIT_MS = 15_000


def chromium_path() -> str:
    """The machine's own Chromium; one clear line when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    pytest.fail("the browser tests need Chromium: apt-get install chromium fonts-noto-core", pytrace=False)


@contextmanager
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


class PhoneBrowser:
    """One phone: a browser profile on disk that survives the browser."""

    def __init__(self, running: Playwright, profile: Path, language: str = "ar") -> None:
        self._running, self._profile, self._language = running, profile, language
        self.context: BrowserContext | None = None
        self.errors: list[str] = []

    def start(self) -> Page:
        self.context = self._running.chromium.launch_persistent_context(
            str(self._profile), executable_path=chromium_path(), args=FLAGS, locale=self._language, **PHONE
        )
        self.context.set_default_timeout(WAIT_MS)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def kill(self) -> None:
        """SIGKILL to every process of this profile: a battery pulled out."""
        for each in Path("/proc").iterdir():
            if each.name.isdigit() and self._is_ours(each):
                os.kill(int(each.name), signal.SIGKILL)
        self.stop()

    def _is_ours(self, process: Path) -> bool:
        try:
            return str(self._profile).encode() in (process / "cmdline").read_bytes()
        except OSError:
            return False

    def stop(self) -> None:
        context, self.context = self.context, None
        if context is not None:
            try:
                context.close()
            except Exception as error:  # a killed browser cannot be closed; what matters is that it is gone
                self.errors.append(f"closing: {type(error).__name__}")
