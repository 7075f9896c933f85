"""The telephone network between a simulated phone and the real server, with everything it does to requests."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass

import urllib3

# What the network does to one request.
CLEAR, NONE, PORTAL, LOST, TWICE = "clear", "none", "portal", "lost", "twice"
PORTAL_PAGE = b"<html><title>Welcome</title><body>Please accept the terms of this network.</body></html>"
PACK_FROM_BYTES = 2048
TIMEOUT = urllib3.Timeout(connect=5, read=60)


class NoAnswer(Exception):
    """Nothing came back: no signal, a broken connection, a time-out."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def read(self) -> dict | None:
        """The JSON object in the answer, or None when it is none: a portal's page is not an answer."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    @property
    def retry_after_s(self) -> int:
        text = self.headers.get("Retry-After", "")
        return int(text) if text.isdigit() else 0


class Line:
    """Keep-alive connections to one server, shared by all phones of a simulation."""

    def __init__(self, url: str, connections: int) -> None:
        self._pool = urllib3.connectionpool.connection_from_url(
            url, maxsize=connections, block=True, timeout=TIMEOUT, retries=False
        )

    def close(self) -> None:
        self._pool.close()

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"", weather: str = CLEAR
    ) -> Answer:
        """The answer, as far as the weather lets it through. Raises NoAnswer."""
        if weather == NONE:
            raise NoAnswer("no signal")
        if weather == PORTAL:
            return Answer(200, {"Content-Type": "text/html"}, PORTAL_PAGE)
        if weather == TWICE:
            self._send(method, path, headers, body)
        answer = self._send(method, path, headers, body)
        if weather == LOST:
            # The server has done its work; only the phone does not know.
            raise NoAnswer("answer lost")
        return answer

    def post(
        self, path: str, frame: Mapping[str, object], token: str = "", weather: str = CLEAR
    ) -> Answer:
        """JSON, packed when it is worth it."""
        body = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if len(body) > PACK_FROM_BYTES:
            body, headers["Content-Encoding"] = gzip.compress(body, 5), "gzip"
        return self.send("POST", path, headers, body, weather)

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            answer = self._pool.urlopen(method, path, body or None, headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise NoAnswer(type(error).__name__) from error
        return Answer(answer.status, answer.headers, answer.data)
