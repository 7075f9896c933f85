"""A port for this machine alone: how the server does, in figures and with reasons that the public one never tells."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import structlog

from server.config import LOOPBACK_NAMES
from server.running import Running
from server.watch.readiness import reasons

_log = structlog.get_logger("sanad.private-port")
ADDRESS = "127.0.0.1"
# Whoever asks sits on this machine; a connection that says nothing this long is no asking.
PATIENCE_S = 10


class PrivatePort(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, held: Running, port: int) -> None:
        super().__init__((ADDRESS, port), _Answers)
        self.held = held

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, name="private-port", daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """A scraper that went away. Its address and what it said are nobody's business."""


class _Answers(BaseHTTPRequestHandler):
    server: PrivatePort
    timeout = PATIENCE_S
    server_version, sys_version = "sanad", ""

    def do_GET(self) -> None:
        try:
            self._send(*(self._answer() if self._is_named_as_here() else (403, "text/plain", b"")))
        except Exception as fault:  # a scrape that fails must not look like a server that is fine
            _log.error("private-fault", kind=type(fault).__name__)
            self._send(500, "text/plain", b"")

    def _is_named_as_here(self) -> bool:
        """A page of any site can lead this machine's browser here, but not under a name of this machine."""
        try:
            return urlsplit(f"//{self.headers.get('Host', '')}").hostname in LOOPBACK_NAMES
        except ValueError:
            return False

    def _answer(self) -> tuple[int, str, bytes]:
        held = self.server.held
        if self.path == "/healthz":
            return 200, "application/json", b'{"ok": true}\n'
        if self.path == "/readyz":
            found = reasons(held)
            return 503 if found else 200, "application/json", (json.dumps(_told(held, found)) + "\n").encode()
        if self.path == "/metrics":
            from server.watch.metrics import TYPE, metrics_text

            return 200, TYPE, metrics_text(held)
        return 404, "text/plain", b""

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: a line every fifteen seconds says nothing."""


def _told(held: Running, found: list[str]) -> dict[str, object]:
    """Reasons against sending requests here, and the lights that want a look, which are none."""
    from server.watch.lights import lights
    from server.watch.measure import measure

    lit = {} if "schema" in found else {light.name: light.state for light in lights(measure(held))}
    worrying = {name: state for name, state in lit.items() if state in ("look", "bad")}
    return {"ok": not found, "reasons": found, "lights": worrying}


def open_private_port(held: Running) -> None:
    """Where the settings name one. Another server that holds it keeps it; this one goes on and says so."""
    if not held.settings.private_port:
        return
    try:
        PrivatePort(held, held.settings.private_port).start()
    except OSError as taken:
        _log.error("private-port-taken", kind=type(taken).__name__)
