"""Thousands of connections that send next to nothing, before the shipped nginx, while others want an answer.

    python -m tests.slow_clients --connections 2000 --seconds 20 --json

Half never come to the end of their headers, half never to the end of a body; each says one byte every few seconds and
is opened again when nginx has cut it. Meanwhile a phone hands in one entry after another.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from server.config import read_settings
from server.packs import load_pack
from tests.bench import load
from tests.bench.crowd import Member, begin, enrol, gather
from tests.nginx import NAME, WHY_NOT, Front, nginx_before, nginx_program
from tests.servers import Place, ServerProcess, free_port, opened

HEAD = b"POST /api/v1/sync HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY_HEAD = b"POST /api/v1/sync HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536\r\n\r\n"
# Under the 15 s after which a silent body is cut.
A_BYTE_EVERY_S = 5.0
# Handshakes at once: the slow ones are to be many, not to keep two cores busy with their own arithmetic.
OPENING_AT_ONCE = 40
PROBE_EVERY_S = 0.02


GOAL_P99_MS = 50


@dataclass(frozen=True)
class Outcome:
    """What the others saw. `standing` slow connections were open at the end; some are being opened again."""

    standing: int
    probes: int
    answered: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    calm_p99_ms: float

    @property
    def is_ok(self) -> bool:
        return self.answered == self.probes > 0


def measure(connections: int, seconds: float, folder: Path) -> Outcome:
    with served_behind_nginx(folder, probes=int(2 * seconds / PROBE_EVERY_S) + 8) as (front, member):
        lane = [_to_us(load.exchange(member.token, [each])) for each in member.entries]
        half = len(lane) // 2
        calm, _ = probe(front, lane[:half], seconds / 2)
        with slow_clients(front, connections) as standing:
            waits, answered = probe(front, lane[half:], seconds)
            open_now = standing.value
    ordered, calm = sorted(waits), sorted(calm)
    shares = (_share(ordered, 0.5), _share(ordered, 0.99), round(ordered[-1], 2))
    return Outcome(open_now, len(waits), answered, *shares, _share(calm, 0.99))


def _share(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2)


@contextmanager
def served_behind_nginx(folder: Path, probes: int) -> Iterator[tuple[Front, Member]]:
    place, tls_port = Place(folder), free_port()
    (member,) = gather(load_pack(read_settings(place.environ).pack), 1, probes)
    with opened(place) as (_, held):
        begin(held)
        enrol(held, [member])
    process = ServerProcess(place, settings={"SANAD_PUBLIC_URL": f"https://{NAME}:{tls_port}", "SANAD_PROXIES": "1"})
    process.start()
    try:
        with nginx_before(process.port, folder / "nginx", tls_port) as front:
            yield front, member
    finally:
        process.kill()


def probe(front: Front, lane: list[bytes], seconds: float) -> tuple[list[float], int]:
    """Entries one after the other over one connection and `/healthz` over a new one: (waits in ms, how many stored)."""
    trusting = ssl.create_default_context(cafile=str(front.certificate))
    waits, answered, over = [], 0, time.monotonic() + seconds
    with _line(front, trusting) as kept:
        for number, request in enumerate(lane):
            began = time.monotonic()
            if began > over:
                break
            if number % 4:
                status, _, body = load.ask(kept, request)
                answered += status == 200 and b'"stored"' in body
            else:
                with _line(front, trusting) as fresh:
                    answered += load.ask(fresh, _to_us(load.request("GET", "/healthz", "")))[0] == 200
            waits.append((time.monotonic() - began) * 1000)
            time.sleep(PROBE_EVERY_S)
    return waits, answered


def _to_us(request: bytes) -> bytes:
    """By the name that the certificate and nginx know."""
    return request.replace(b"Host: 127.0.0.1", f"Host: {NAME}".encode(), 1)


def _line(front: Front, trusting: ssl.SSLContext) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", front.port), 30)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return trusting.wrap_socket(plain, server_hostname=NAME)


@contextmanager
def slow_clients(front: Front, connections: int):
    """That many, from a process of their own; entered when nearly all stand."""
    spawning = multiprocessing.get_context("spawn")
    standing = spawning.Value("i", 0)
    process = spawning.Process(target=_stand, args=(front.port, connections, standing), daemon=True)
    process.start()
    try:
        until = time.monotonic() + 120
        while standing.value < connections * 0.95:
            assert process.is_alive() and time.monotonic() < until, f"only {standing.value} slow connections stand"
            time.sleep(0.05)
        yield standing
    finally:
        process.kill()
        process.join()


def _stand(port: int, connections: int, standing) -> None:
    asyncio.run(_stand_all(port, connections, standing))


async def _stand_all(port: int, connections: int, standing) -> None:
    gate, trusting = asyncio.Semaphore(OPENING_AT_ONCE), ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    heads = (HEAD, BODY_HEAD)
    async with asyncio.TaskGroup() as group:
        for number in range(connections):
            group.create_task(_dribble(port, trusting, heads[number % 2], gate, standing))


async def _dribble(port: int, trusting: ssl.SSLContext, head: bytes, gate: asyncio.Semaphore, standing) -> None:
    while True:
        with suppress(OSError):
            async with gate:
                reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
            standing.value += 1
            try:
                writer.write(head)
                while True:
                    await writer.drain()
                    with suppress(TimeoutError):
                        # Whatever is said, or the end: nginx has cut it.
                        await asyncio.wait_for(reader.read(1), A_BYTE_EVERY_S)
                        break
                    writer.write(b"x")
            finally:
                standing.value -= 1
                writer.close()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    asked.add_argument("--connections", type=int, default=2000)
    asked.add_argument("--seconds", type=float, default=20)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    if nginx_program() is None:
        print(json.dumps({"ok": False, "why": WHY_NOT}))
        raise SystemExit(1)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(given.connections, given.seconds, Path(folder))
    said = {"ok": found.is_ok, **vars(found), "is_goal_reached": found.p99_ms < GOAL_P99_MS}
    print(json.dumps({**said, "goal_p99_ms": GOAL_P99_MS, "load": round(os.getloadavg()[0], 2)}))
    raise SystemExit(not found.is_ok)


if __name__ == "__main__":
    main()
