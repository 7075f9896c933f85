"""Debian's nginx with the shipped configuration, placeholders filled, in front of a server on this machine."""

from __future__ import annotations

import datetime
import ipaddress
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers import ROOT, STARTS_WITHIN_S, free_port

SHIPPED = ROOT / "docs" / "nginx.conf"
NAME = "localhost"
WHY_NOT = "nginx is not installed: apt-get install nginx-light"


def nginx_program() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@dataclass(frozen=True)
class Front:
    """A running nginx: where it is reached, and the certificate that it shows."""

    url: str
    plain_url: str
    port: int
    certificate: Path
    log: Path
    pid: int


@contextmanager
def nginx_before(port: int, folder: Path, tls_port: int = 0) -> Iterator[Front]:
    """nginx before the server on `port`; its server must have been started with SANAD_PROXIES=1."""
    tls_port, plain_port = tls_port or free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = _make_certificate(folder)
    file = folder / "nginx.conf"
    file.write_text(_filled(folder, port, tls_port, plain_port, certificate, key))
    program = nginx_program()
    assert program, WHY_NOT
    command = [program, "-c", str(file), "-g", "daemon off;"]
    subprocess.run([*command, "-tq"], check=True)
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _await_port(tls_port, process)
        front = f"https://{NAME}:{tls_port}"
        yield Front(front, f"http://{NAME}:{plain_port}", tls_port, certificate, folder / "error.log", process.pid)
    finally:
        process.terminate()
        process.wait(STARTS_WITHIN_S)


def _filled(folder: Path, port: int, tls_port: int, plain_port: int, certificate: Path, key: Path) -> str:
    """The shipped text with other names, ports and folders; no limit and no rule is touched."""
    text = SHIPPED.read_text()
    changes = {
        r"^user www-data;$": "user root;" if os.geteuid() == 0 else "",
        r"^pid .*$": f"pid {folder / 'nginx.pid'};",
        r"^error_log \S+ ": f"error_log {folder / 'error.log'} ",
        r"^\s*listen \[::\].*$": "",
        r"listen 80\b": f"listen 127.0.0.1:{plain_port}",
        r"listen 443\b": f"listen 127.0.0.1:{tls_port}",
        r"127\.0\.0\.1:8000": f"127.0.0.1:{port}",
        r"(ssl_certificate +)\S+": rf"\g<1>{certificate};",
        r"(ssl_certificate_key +)\S+": rf"\g<1>{key};",
        r"https://sanad\.example\.org\$": f"https://{NAME}:{tls_port}$",
        r"sanad\.example\.org": NAME,
        r"proxy_cache_path \S+": f"proxy_cache_path {folder / 'cache'}",
    }
    for found, put in changes.items():
        text, count = re.subn(found, put, text, flags=re.MULTILINE)
        assert count, f"{SHIPPED.name} no longer has {found}"
    # Compiled-in folders belong to root.
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    own = "".join(f"    {kind}_temp_path {folder / kind};\n" for kind in kinds)
    return text.replace("http {\n", "http {\n" + own, 1)


def _make_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2)).add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, secret


def _await_port(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        assert process.poll() is None, "nginx ended at its start"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("nginx does not listen")
