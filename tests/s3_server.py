"""A real S3 server as a process of its own (moto's), that can hang, die and come back, and whose objects can be spoilt.

It keeps objects in memory: killed, it comes back empty, as after a fire. Frozen, it accepts connections and never
answers, which is how most outages begin.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.session import Session

from tests.servers import free_port

BUCKET, PREFIX = "sanad", "iq-2026"
STARTS_WITHIN_S = 30
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


class S3Server:
    """`environ` is what a Sanad server needs to keep its photos here."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "s3.log"
        self.port = free_port()
        self._process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        return {"SANAD_PHOTO_STORE": f"s3://{BUCKET}/{PREFIX}", "AWS_ENDPOINT_URL": self.url, **KEYS}

    def start(self) -> None:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        self.client().create_bucket(Bucket=BUCKET)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def client(self) -> Any:
        return Session().create_client(
            "s3", region_name="us-east-1", endpoint_url=self.url, aws_access_key_id="test",
            aws_secret_access_key="test",
            # What was spoilt is read as it is.
            config=Config(s3={"addressing_style": "path"}, response_checksum_validation="when_required"),
        )  # fmt: skip

    def objects(self) -> dict[str, bytes]:
        """Every object by its name in the bucket."""
        client = self.client()
        names = [each["Key"] for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
        return {name: client.get_object(Bucket=BUCKET, Key=name)["Body"].read() for name in names}

    def spoil(self, digest: str, content: bytes) -> None:
        self.client().put_object(Bucket=BUCKET, Key=name_of(digest), Body=content)


def name_of(digest: str) -> str:
    return f"{PREFIX}/photos/{digest}"


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    server = S3Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
