"""One bucket of an S3 store: whole objects put once, looked at and read back. Everything else is somebody else's."""

from __future__ import annotations

import hashlib
import threading
from base64 import b64encode
from importlib.util import find_spec
from typing import Any

from server.config import Bucket

# A store in the same building answers in a tenth of this; whoever waits for it has put the photo on the disk before.
CONNECT_S, ANSWER_S = 2, 5


class StoreAway(RuntimeError):
    """The store does not answer, or refuses to: what was to be put there stays where it is."""

    code = "store-away"


class OtherObject(RuntimeError):
    """Under this name stands something else than what was to be put there. It is left as it is, as evidence."""

    code = "other-object"


class NoClient(RuntimeError):
    """The client of S3 is not installed."""

    code = "no-client"


class ObjectStore:
    """Spoken to by botocore, the client of AWS itself: other stores are measured by what it understands."""

    def __init__(self, bucket: Bucket) -> None:
        if find_spec("botocore") is None:
            raise NoClient("SANAD_PHOTO_STORE=s3://… needs the client of S3: pip install '.[s3]'")
        self._bucket = bucket
        self._made: Any = None
        self._making = threading.Lock()

    def put_once(self, name: str, content: bytes) -> None:
        """After it the store holds exactly `content` under `name`. Raises StoreAway, OtherObject.

        What the store says about its own checksums is not believed unless it says our SHA-256: some stores ignore the
        one that was sent. An object that is there already is compared, never written over.
        """
        digest = hashlib.sha256(content).digest()
        arguments = {"Body": content, "ChecksumAlgorithm": "SHA256", "ChecksumSHA256": b64encode(digest).decode()}
        self._ask("put_object", name, unless=(412, 409), IfNoneMatch="*", **arguments)
        found = self._ask("head_object", name, unless=(404,), ChecksumMode="ENABLED")
        if found is None:
            raise StoreAway("the store took an object and does not hold it")
        stated = found.get("ChecksumSHA256")
        if found["ContentLength"] != len(content) or (stated and stated != b64encode(digest).decode()):
            raise OtherObject(name)
        if not stated and self.read(name) != content:
            raise OtherObject(name)

    def read(self, name: str) -> bytes | None:
        """All of it, or None when there is no such object. Raises StoreAway."""
        found = self._ask("get_object", name, unless=(404,))
        if found is None:
            return None
        try:
            return found["Body"].read()
        except Exception as error:  # of the line, under whatever name botocore lets it through
            raise StoreAway("an object broke off") from error

    def _ask(self, operation: str, name: str, unless: tuple[int, ...], **arguments: Any) -> dict[str, Any] | None:
        """The answer, or None when the store answers with one of the status codes `unless`."""
        from botocore.exceptions import BotoCoreError, ClientError

        key = f"{self._bucket.prefix}/{name}".lstrip("/")
        try:
            return getattr(self._client(), operation)(Bucket=self._bucket.name, Key=key, **arguments)
        except ClientError as error:
            said = error.response.get("Error", {}).get("Code")
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            # A bucket that is not there is a store that is away: everything would seem to be lost otherwise.
            if status in unless and said != "NoSuchBucket":
                return None
            raise StoreAway(f"the store says {said}") from error
        except BotoCoreError as error:
            raise StoreAway(type(error).__name__) from error

    def _client(self) -> Any:
        """Made when it is first needed: a quarter of a second and 20 MB that a server with a folder never pays."""
        with self._making:
            if self._made is None:
                self._made = _make_client(self._bucket)
            return self._made


def _make_client(bucket: Bucket) -> Any:
    from botocore.config import Config
    from botocore.session import Session

    return Session().create_client(
        "s3",
        region_name=bucket.region or None,
        endpoint_url=bucket.endpoint or None,
        aws_access_key_id=bucket.key_id or None,
        aws_secret_access_key=bucket.secret or None,
        aws_session_token=bucket.token or None,
        config=Config(
            connect_timeout=CONNECT_S,
            read_timeout=ANSWER_S,
            # Whoever asks goes on without the store and tries again later; a second try here would only hold it up.
            retries={"total_max_attempts": 1},
            max_pool_connections=32,
            # Stores of one's own have no names for their buckets.
            s3={"addressing_style": "path" if bucket.endpoint else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
