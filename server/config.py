"""What an administrator sets: one frozen object, read once from the environment, every mistake named at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from platform import node
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


class WrongSettings(ValueError):
    """One or more settings are missing or wrong; the text names each of them."""

    code = "wrong-settings"


@dataclass(frozen=True)
class Bucket:
    """Where whole photos go instead of a folder. What is empty here the client finds in its own usual ways."""

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    key_id: str = ""
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    """Where this server keeps things and how it is reached."""

    folder: Path
    database_url: str
    photo_folder: Path
    log_folder: Path
    public_url: str
    pack: str = "iraq"
    proxies: int = 0
    private_port: int = 0
    bucket: Bucket | None = None
    witnesses_file: Path | None = None

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def is_loopback(self) -> bool:
        """True when browsers reach us over plain http on this machine, where Secure cookies would not come back."""
        return urlsplit(self.public_url).scheme == "http"

    @property
    def key_file(self) -> Path:
        return self.folder / "keys" / "server.pem"

    @property
    def log_key_file(self) -> Path:
        return self.folder / "keys" / "log.pem"

    @property
    def machine(self) -> str:
        """By which an administrator of several machines finds the one that is meant."""
        return f"{node()}:{self.folder}"

    @property
    def upload_folder(self) -> Path:
        """In the folder of photos, which may be another disk: a whole photo is renamed, and no rename leaves a disk."""
        return self.photo_folder / "uploads"

    @property
    def working_folder(self) -> Path:
        """Of the desk's pictures of photos; beside a photo folder elsewhere the server may not be let to make one."""
        return self.folder / "working"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in `environ`; raises WrongSettings with every wrong one named, one a line."""
    wrong: list[str] = []
    folder = Path(environ.get("SANAD_DATA") or "data").absolute()
    settings = Settings(
        folder=folder,
        database_url=_database_url(environ.get("SANAD_DATABASE_URL"), folder, wrong),
        photo_folder=_photo_folder(environ.get("SANAD_PHOTO_STORE"), folder, wrong),
        log_folder=Path(environ.get("SANAD_LOG_STORE") or folder / "log").absolute(),
        public_url=_public_url(environ.get("SANAD_PUBLIC_URL"), wrong),
        pack=environ.get("SANAD_PACK") or "iraq",
        proxies=_proxies(environ.get("SANAD_PROXIES"), wrong),
        bucket=_bucket(environ, wrong),
        private_port=_private_port(environ.get("SANAD_PRIVATE_PORT"), wrong),
        witnesses_file=_existing_file("SANAD_WITNESSES", environ, wrong),
    )
    if not (Path(__file__).parent / "packs" / settings.pack).is_dir():
        wrong.append(f"SANAD_PACK: no pack called {settings.pack!r}")
    if folder.exists() and not folder.is_dir():
        wrong.append(f"SANAD_DATA: {folder} is not a folder")
    if wrong:
        raise WrongSettings("\n".join(wrong))
    return settings


def _database_url(url: str | None, folder: Path, wrong: list[str]) -> str:
    if not url:
        return f"sqlite:///{folder / 'sanad.db'}"
    if url.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        wrong.append("SANAD_DATABASE_URL: must begin with sqlite:/// or postgresql://")
    return url


def _proxies(count: str | None, wrong: list[str]) -> int:
    """How many proxies of ours stand in front. Their word about address and https is believed, nobody else's."""
    if count and count not in ("0", "1", "2", "3"):
        wrong.append("SANAD_PROXIES: must be the number of proxies in front, 0 to 3")
        return 0
    return int(count or 0)


def _private_port(port: str | None, wrong: list[str]) -> int:
    """Where this machine alone asks how the server does; 0: nowhere."""
    if port and not (port.isascii() and port.isdigit() and int(port) < 65536):
        wrong.append("SANAD_PRIVATE_PORT: must be a port number, or 0 for none")
        return 0
    return int(port or 0)


def _photo_folder(place: str | None, folder: Path, wrong: list[str]) -> Path:
    """Of photos, or of those that wait for their way into the bucket."""
    if place and place.startswith("s3://"):
        return folder / "spool"
    if place and "://" in place:
        wrong.append("SANAD_PHOTO_STORE: must be a folder or s3://bucket/prefix")
    return Path(place).absolute() if place else folder / "photos"


def _bucket(environ: Mapping[str, str], wrong: list[str]) -> Bucket | None:
    place = environ.get("SANAD_PHOTO_STORE") or ""
    if not place.startswith("s3://"):
        return None
    name, _, prefix = place.removeprefix("s3://").partition("/")
    if not name:
        wrong.append("SANAD_PHOTO_STORE: must name a bucket, such as s3://sanad/baghdad")
    return Bucket(
        name,
        prefix.strip("/"),
        endpoint=environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL") or "",
        region=environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "",
        key_id=environ.get("AWS_ACCESS_KEY_ID") or "",
        secret=environ.get("AWS_SECRET_ACCESS_KEY") or "",
        token=environ.get("AWS_SESSION_TOKEN") or "",
    )


def _existing_file(name: str, environ: Mapping[str, str], wrong: list[str]) -> Path | None:
    path = Path(environ[name]).absolute() if environ.get(name) else None
    if path and not path.is_file():
        wrong.append(f"{name}: there is no file {path}")
    return path


def _public_url(url: str | None, wrong: list[str]) -> str:
    url = (url or "http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        wrong.append("SANAD_PUBLIC_URL: must look like https://sanad.example.org")
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK_NAMES:
        # Without https a phone has no WebCrypto, no service worker and no camera, and cookies travel in the clear.
        wrong.append("SANAD_PUBLIC_URL: must be https, except on 127.0.0.1 or localhost")
    return url
