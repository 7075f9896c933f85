"""What an administrator sets: one frozen object, read once from the environment, every mistake named at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


class WrongSettings(ValueError):
    """One or more settings are missing or wrong; the text names each of them."""

    code = "wrong-settings"


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
    def upload_folder(self) -> Path:
        return self.folder / "uploads"


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


def _photo_folder(place: str | None, folder: Path, wrong: list[str]) -> Path:
    if place and "://" in place:
        wrong.append("SANAD_PHOTO_STORE: must be a folder; object stores are not supported by this release")
    return Path(place).absolute() if place else folder / "photos"


def _public_url(url: str | None, wrong: list[str]) -> str:
    url = (url or "http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        wrong.append("SANAD_PUBLIC_URL: must look like https://sanad.example.org")
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK_NAMES:
        # Without https a phone has no WebCrypto, no service worker and no camera, and cookies travel in the clear.
        wrong.append("SANAD_PUBLIC_URL: must be https, except on 127.0.0.1 or localhost")
    return url
