"""Thousands of phones keep their lines open between two questions, and every answer is heard, a refusal too."""

from __future__ import annotations

import resource
import socket
from contextlib import ExitStack
from http.client import HTTPConnection

import pytest
import urllib3

from tests.running_server import RunningServer

# More than Granian lets in by itself.
SILENT = 1_200
# A line that says nothing is ended after half a minute; nobody waits for that.
PATIENCE_S = 15
LARGE_FRAME = b"x" * 200_000


@pytest.fixture
def many_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 3 * SILENT:
        pytest.skip(f"this machine lets a process open {hard} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 3 * SILENT), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_thousand_silent_lines_keep_nobody_out(server: RunningServer, many_descriptors: None) -> None:
    with ExitStack() as silent, urllib3.PoolManager(timeout=PATIENCE_S, retries=False) as pool:
        for _ in range(SILENT):
            silent.enter_context(socket.create_connection(("127.0.0.1", server.process.port)))
        assert pool.request("GET", f"{server.url}/healthz").status == 200


def test_a_refusal_is_heard_though_nobody_wanted_the_frame(server: RunningServer) -> None:
    told = {"Authorization": "Bearer nobody", "Content-Type": "application/json"}
    for _ in range(20):
        line = HTTPConnection("127.0.0.1", server.process.port, timeout=PATIENCE_S)
        line.auto_open = 0  # a line that was closed is a fault here, and not opened anew
        line.connect()
        for kind, path, body, headers, status in (
            ("POST", "/api/v1/sync", LARGE_FRAME, told, 401),
            ("GET", "/healthz", None, {}, 200),  # the line is whole: it carries the next question
        ):
            line.request(kind, path, body, headers)
            answer = line.getresponse()
            assert (answer.status, bool(answer.read())) == (status, True)
        line.close()
