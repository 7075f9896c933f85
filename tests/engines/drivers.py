"""Three browsers behind one face: open an address, run a script in the page, die and come back.

Chromium by Playwright; Firefox by WebDriver BiDi (w3.org/TR/webdriver-bidi), since Debian carries no geckodriver;
WebKitGTK by WebDriver (w3.org/TR/webdriver2) on a virtual screen. A script is the body of an async function; what it
returns travels as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import BrowserContext, Page, sync_playwright
from websockets.sync.client import ClientConnection, connect

from tests.browser.phone_app import CHROMIUM, FLAGS

FIREFOX, WEBKIT_DRIVER = "firefox-esr", "WebKitWebDriver"
MINI_BROWSER = Path("/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser")
PATIENCE_S = 40.0
# Nothing may call home: the machine may have no way out, and then every attempt costs seconds.
_FIREFOX_PREFERENCES = {
    "app.update.enabled": False, "browser.shell.checkDefaultBrowser": False, "toolkit.telemetry.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False, "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False, "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False, "services.settings.server": "http://127.0.0.1:9/",
    "intl.locale.requested": "en-US", "intl.accept_languages": "en",
}  # fmt: skip


class Engine(Protocol):
    """One browser. `keeps` says whether its storage outlives the process."""

    name: str
    keeps: bool

    def start(self) -> None: ...
    def go(self, address: str, tab: int = 0) -> None: ...
    def run(self, script: str, tab: int = 0) -> Any: ...
    def kill(self) -> None: ...
    def stop(self) -> None: ...


class Chromium:
    name, keeps = "chromium", True

    def __init__(self, folder: Path) -> None:
        self._folder, self._playwright = folder / "chromium", sync_playwright().start()
        self._context: BrowserContext | None = None
        self._pages: list[Page] = []
        self._group = 0
        self.heard: list[str] = []

    def start(self) -> None:
        self._context = self._playwright.chromium.launch_persistent_context(
            str(self._folder), executable_path=CHROMIUM, args=list(FLAGS), locale="en"
        )
        self._context.set_default_timeout(PATIENCE_S * 1000)
        self._pages = self._context.pages[:1]
        self._pages[0].on("console", lambda line: self.heard.append(line.text))
        self._group = os.getpgid(next(pid for pid, line in _commands(str(self._folder)) if b"--type=" not in line))
        assert self._group != os.getpgid(0)

    def go(self, address: str, tab: int = 0) -> None:
        assert self._context
        while tab >= len(self._pages):
            self._pages.append(self._context.new_page())
        self._pages[tab].goto(address)

    def run(self, script: str, tab: int = 0) -> Any:
        return self._pages[tab].evaluate(f"async () => {{ {script} }}")

    def wait(self, milliseconds: float) -> None:
        """Listens meanwhile: what the page wrote to its console is in `heard`."""
        self._pages[0].wait_for_timeout(milliseconds)

    def kill(self) -> None:
        context, self._context = self._context, None
        if context is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._group, signal.SIGKILL)
        with suppress(Exception):  # a killed browser cannot be closed, only gone
            context.close()
        kill_all(str(self._folder))

    def stop(self) -> None:
        self.kill()
        self._playwright.stop()


class Firefox:
    name, keeps = "firefox", True

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "firefox"
        self._folder.mkdir()
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _FIREFOX_PREFERENCES.items())
        (self._folder / "user.js").write_text("\n".join(lines))
        self._line: ClientConnection | None = None
        self._held = ExitStack()
        self._number, self._tabs = 0, list[str]()

    def start(self) -> None:
        port = free_port()
        self._process = subprocess.Popen(
            [FIREFOX, "--headless", "--no-remote", "--profile", str(self._folder), f"--remote-debugging-port={port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        address = f"ws://127.0.0.1:{port}/session"
        self._line = patiently(lambda: self._held.enter_context(connect(address, max_size=None)))
        self._ask("session.new", {"capabilities": {}})
        self._tabs = [self._ask("browsingContext.getTree", {})["contexts"][0]["context"]]

    def go(self, address: str, tab: int = 0) -> None:
        while tab >= len(self._tabs):
            self._tabs.append(self._ask("browsingContext.create", {"type": "tab"})["context"])
        self._ask("browsingContext.navigate", {"context": self._tabs[tab], "url": address, "wait": "complete"})

    def run(self, script: str, tab: int = 0) -> Any:
        wrapped = f"(async () => JSON.stringify(await (async () => {{ {script} }})() ?? null))()"
        asked = {"expression": wrapped, "target": {"context": self._tabs[tab]}, "awaitPromise": True}
        said = self._ask("script.evaluate", asked)
        if said["type"] != "success":
            raise RuntimeError(said["exceptionDetails"]["text"])
        return json.loads(said["result"]["value"])

    def _ask(self, method: str, parameters: dict[str, Any]) -> Any:
        assert self._line
        self._number += 1
        self._line.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            said = json.loads(self._line.recv(timeout=PATIENCE_S))
            if said.get("id") == self._number:
                if said["type"] == "error":
                    raise RuntimeError(f"{method}: {said['message']}")
                return said["result"]

    def kill(self) -> None:
        kill_all(str(self._folder))
        self._process.kill()
        self._process.wait()
        with suppress(Exception):
            self._held.close()

    def stop(self) -> None:
        self.kill()


class WebKit:
    """Its automation has no storage of its own: what is kept lives as long as the browser."""

    name, keeps = "webkit", False

    def __init__(self, folder: Path) -> None:
        self._folder, self._display, self._address, self._session = folder, f":{free_port() % 500 + 100}", "", ""
        self._tabs = list[str]()

    def start(self) -> None:
        self._screen = subprocess.Popen(
            ["Xvfb", self._display, "-screen", "0", "800x900x24", "-nolisten", "tcp"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        port = free_port()
        environ = {
            **os.environ, "DISPLAY": self._display, "HOME": str(self._folder),
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # root in a container has no other choice
            "LIBGL_ALWAYS_SOFTWARE": "1", "GSETTINGS_BACKEND": "memory", "NO_AT_BRIDGE": "1",
        }  # fmt: skip
        self._driver = subprocess.Popen(
            [WEBKIT_DRIVER, f"--port={port}"], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._address = f"http://127.0.0.1:{port}"
        options = {"binary": str(MINI_BROWSER), "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._session = patiently(lambda: self._post("/session", asked))["sessionId"]
        self._ask("timeouts", {"script": int(PATIENCE_S * 1000)})
        self._tabs = [self._ask("window")]

    def go(self, address: str, tab: int = 0) -> None:
        while tab >= len(self._tabs):
            self._tabs.append(self._ask("window/new", {"type": "tab"})["handle"])
        self._ask("window", {"handle": self._tabs[tab]})
        self._ask("url", {"url": address})

    def run(self, script: str, tab: int = 0) -> Any:
        wrapped = (
            f"const done = arguments[arguments.length - 1]; (async () => {{ {script} }})()"
            ".then((value) => done(JSON.stringify({ value: value ?? null })),"
            " (error) => done(JSON.stringify({ error: String(error) })))"
        )
        self._ask("window", {"handle": self._tabs[tab]})
        said = json.loads(self._ask("execute/async", {"script": wrapped, "args": []}))
        if "error" in said:
            raise RuntimeError(said["error"])
        return said["value"]

    def _ask(self, path: str, sent: dict[str, Any] | None = None) -> Any:
        return self._post(f"/session/{self._session}/{path}", sent)

    def _post(self, path: str, sent: dict[str, Any] | None) -> Any:
        body, method = (None, "GET") if sent is None else (json.dumps(sent).encode(), "POST")
        request = urllib.request.Request(self._address + path, body, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return json.load(answer)["value"]

    def kill(self) -> None:
        for process in (self._driver, self._screen):
            process.send_signal(signal.SIGKILL)
            process.wait()

    def stop(self) -> None:
        with suppress(Exception):
            urllib.request.urlopen(
                urllib.request.Request(f"{self._address}/session/{self._session}", method="DELETE"), timeout=5
            )
        self.kill()


ENGINES: dict[str, type[Chromium | Firefox | WebKit]] = {"chromium": Chromium, "firefox": Firefox, "webkit": WebKit}


def lacking(name: str) -> str:
    """Why this engine cannot be run here; empty when it can."""
    if name == "firefox" and not shutil.which(FIREFOX):
        return "needs Debian's firefox-esr"
    if name == "webkit" and not (shutil.which(WEBKIT_DRIVER) and shutil.which("Xvfb") and MINI_BROWSER.exists()):
        return "needs Debian's webkit2gtk-driver and xvfb"
    return ""


@contextmanager
def engine(name: str, folder: Path) -> Iterator[Engine]:
    made = ENGINES[name](folder)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def kill_all(mark: str) -> None:
    """SIGKILL to every process that names `mark` in its command: the battery is pulled out."""
    for pid, _ in _commands(mark):
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _commands(mark: str) -> Iterator[tuple[int, bytes]]:
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with suppress(OSError):
                line = (process / "cmdline").read_bytes()
                if mark.encode() in line:
                    yield int(process.name), line


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def patiently(attempt: Callable[[], Any]) -> Any:
    """What `attempt` answers once the browser listens."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return attempt()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
