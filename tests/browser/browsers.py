"""A phone whose browser keeps its profile on disk, so that it can be killed and started again."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, BrowserType, Error, Page

from tests.browser.phone_app import CHROMIUM, FLAGS, PATIENCE_MS


class KeptPhone:
    """One phone: its storage outlives its browser."""

    def __init__(self, browser_type: BrowserType, profile: Path) -> None:
        self._type, self._profile = browser_type, profile
        self._context: BrowserContext | None = None
        self.faults: list[str] = []

    def start(self, address: str) -> Page:
        self._context = self._type.launch_persistent_context(
            str(self._profile), executable_path=CHROMIUM, args=list(FLAGS), locale="ar", has_touch=True,
            viewport={"width": 360, "height": 740}, reduced_motion="reduce",
        )  # fmt: skip
        page = self._context.pages[0] if self._context.pages else self._context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(address)
        return page

    def kill(self) -> None:
        """SIGKILL to every process of this profile: the battery is pulled out."""
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and self._is_ours(process):
                with suppress(ProcessLookupError):
                    os.kill(int(process.name), signal.SIGKILL)
        self.stop()

    def _is_ours(self, process: Path) -> bool:
        try:
            return str(self._profile).encode() in (process / "cmdline").read_bytes()
        except OSError:
            return False

    def stop(self) -> None:
        context, self._context = self._context, None
        if context is not None:
            with suppress(Error):  # a killed browser cannot be closed, only gone
                context.close()
