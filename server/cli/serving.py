"""`sanad serve`: one server on this folder, reachable at one address, stopped without losing anything."""

from __future__ import annotations

import ctypes
import fcntl
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

from server.cli.asking import SERVER_LOCK, open_here, settings_here
from server.config import LOOPBACK_NAMES, Settings
from server.running import Running

# A stalled upload holds a thread; Granian does not buffer bodies. See docs/decisions.
BLOCKING_THREADS = 64
# Phones keep their lines open between two questions. With Granian's own thousand, whoever came after a thousand others
# stood before a closed door until one of those had been silent for half a minute.
MOST_CONNECTIONS, MOST_WAITING = 16_384, 4_096
# For the database, the photos, the log and what the program itself has open.
OTHER_DESCRIPTORS = 512
# What is being answered when a stop is asked for may be finished; then the worker goes.
STOP_WITHIN_S = 10
_PR_SET_PDEATHSIG = 1
LOOPBACK = "127.0.0.1"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--private-port", type=click.IntRange(0, 65535), help="Port on 127.0.0.1 for /metrics and /readyz.")
def serve(host: str, port: int, private_port: int | None) -> None:
    """Run the server until it is told to stop (Ctrl-C or SIGTERM)."""
    if not os.environ.get("SANAD_PUBLIC_URL") and host in LOOPBACK_NAMES:
        # Join links must lead to this port; elsewhere an https address has to be given.
        os.environ["SANAD_PUBLIC_URL"] = f"http://{host if ':' not in host else f'[{host}]'}:{port}"
    if private_port is not None:
        os.environ["SANAD_PRIVATE_PORT"] = str(private_port)  # where the worker reads it too
    from server.operations.fold_entries import rebuild_if_rules_changed

    settings = settings_here()
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with only_server(settings):
        held = open_here(settings)
        if rebuild_if_rules_changed(held):
            click.echo("Folded every entry anew: this program or its pack reads them by other rules.")
        held.engine.dispose()  # the worker is a copy of this process and must not share its connections
        _run(settings, host, port)


def application() -> Flask:
    """What the worker serves: the application with its follower, dead as soon as the command is."""
    _die_with_parent()
    from server import create_app
    from server.http.request_lines import REQUEST_LINES
    from server.log_lines import log_to
    from server.operations.run_import import resume_imports

    log_to(sys.stderr)
    REQUEST_LINES.start(sys.stderr)
    app = create_app(settings_here(), follow=True)
    held: Running = app.extensions["sanad"]
    resume_imports(held)
    if held.settings.private_port:
        from server.watch.private_port import open_private_port

        open_private_port(held)
    # The port listens since before this process began: whoever reads the line may open the page. It is said here and
    # not by a thread of the command, because a lock such a thread holds while the worker is forked (an import, for
    # one) is held in the worker for ever.
    click.echo(f"Sanad is at {held.settings.public_url} (data in {held.settings.folder})")
    return app


def _run(settings: Settings, host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "server.cli.serving:application",
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=1,
        blocking_threads=BLOCKING_THREADS,
        backlog=MOST_WAITING,
        backpressure=_connections(),
        workers_kill_timeout=STOP_WITHIN_S,
        websockets=False,
        log_level=LogLevels.error,
    )
    _refuse_taken_port(host, port)
    if settings.private_port:
        _refuse_taken_port(LOOPBACK, settings.private_port)
    # What is here by now stays, and the worker shares it until somebody touches it: the collector would.
    gc.collect()
    gc.freeze()
    server.serve()


def _connections() -> int:
    """As many as the system lets this process have, and the worker after it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_DESCRIPTORS
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(MOST_CONNECTIONS, soft - OTHER_DESCRIPTORS))


def _refuse_taken_port(host: str, port: int) -> None:
    """Granian shares its port with whoever asks: two servers of two folders would answer in turns."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror}") from None


@contextmanager
def only_server(settings: Settings) -> Iterator[None]:
    """On SQLite one server a folder: a second one would fold and number beside the first."""
    if not settings.is_sqlite:
        yield
        return
    descriptor = os.open(settings.folder / SERVER_LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise click.ClickException(f"a server is already running on {settings.folder}") from None
    # Commands beside the server read its address here.
    os.truncate(descriptor, 0)
    os.write(descriptor, settings.public_url.encode())
    try:
        yield
    finally:
        os.close(descriptor)


def _die_with_parent() -> None:
    """A worker that outlived the command would hold the lock and the port with nobody to stop it."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            raise SystemExit(1)
