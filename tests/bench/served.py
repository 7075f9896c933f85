"""Applications that only the measurements serve: the server without its follower, and the bare framework."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from server.cli.serving import BLOCKING_THREADS

MODULE = "tests.bench.served"


def without_follower() -> Flask:
    """The whole server, but nothing is folded and no signature is checked later: the path of a request alone."""
    from server import create_app
    from server.config import read_settings

    return create_app(read_settings(os.environ), follow=False)


def bare() -> Flask:
    """What Granian and Flask cost when there is nothing to do: the body is read and 204 is said."""
    app = Flask("bare")

    @app.post("/api/v1/sync")
    def sync() -> Response:
        request.stream.read()
        return Response(status=204)

    @app.get("/healthz")
    def healthz() -> dict[str, bool]:
        return {"ok": True}

    return app


def raw_photos() -> Callable[..., Iterable[bytes]]:
    """What the same Granian costs when a photo is only read, hashed, written, synced and renamed."""
    folder = Path(os.environ["SANAD_DATA"]) / "raw"
    folder.mkdir(exist_ok=True)
    numbers = count()

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            number = next(numbers)
            with (folder / f"{number}.partial").open("wb", buffering=0) as file:
                found = hashlib.sha256()
                while piece := environ["wsgi.input"].read(64 * 1024):
                    found.update(piece)
                    file.write(piece)
                os.fsync(file.fileno())
            os.rename(file.name, folder / f"{number}-{found.hexdigest()}")
            descriptor = os.open(folder, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
        start_response("200 OK" if environ["REQUEST_METHOD"] == "GET" else "201 Created", [("Content-Length", "0")])
        return ()

    return application


def command(factory: str):
    """How tests.servers starts one of these instead of `sanad serve`."""
    return lambda port: [sys.executable, "-m", MODULE, factory, str(port)]


def main(factory: str, port: int) -> None:
    """As `sanad serve` starts it, with another application."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        f"{MODULE}:{factory}", factory=True, interface=Interfaces.WSGI, address="127.0.0.1", port=port, workers=1,
        blocking_threads=BLOCKING_THREADS, websockets=False, log_level=LogLevels.error,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
