"""Everything that can be wrong with a request, each with a stable code: the only translation of errors to HTTP."""

from __future__ import annotations

# code -> HTTP status. The sentence for each stands in words/*/shared.ftl as problem-<code>, in three languages.
STATUS_BY_CODE: dict[str, int] = {
    "bad-frame": 400,
    "bad-field": 400,
    "bad-file": 400,
    "weak-password": 400,
    "cross-site": 403,
    "not-signed-in": 401,
    "token-unknown": 401,
    "token-revoked": 401,
    "wrong-password": 401,
    "not-yours": 403,
    "not-found": 404,
    "photo-not-named": 404,
    "photo-not-here": 404,
    "method-not-allowed": 405,
    "name-taken": 409,
    "own-account": 409,
    "wrong-offset": 409,
    "checked-out": 409,
    "already-judged": 409,
    "withdrawn": 409,
    "already-revoked": 409,
    "code-used": 410,
    "code-expired": 410,
    "code-for-another": 409,
    "code-unknown": 404,
    "bad-proof": 400,
    "tus-version": 412,
    "wrong-length": 400,
    "too-large": 413,
    "too-many-entries": 413,
    "media-type": 415,
    "upload-busy": 423,
    "wrong-digest": 460,
    "upgrade-needed": 426,
    "too-often": 429,
    "busy": 503,
    "photos-away": 503,
    "not-yet-logged": 503,
    "storage-full": 507,
    "server-fault": 500,
}


class Problem(Exception):
    """Something wrong with what was asked. `extra` are further members of the problem+json answer (RFC 9457)."""

    def __init__(self, code: str, detail: str = "", retry_after_s: int | None = None, **extra: object) -> None:
        super().__init__(code)
        self.code, self.detail, self.retry_after_s, self.extra = code, detail, retry_after_s, extra

    @property
    def status(self) -> int:
        return STATUS_BY_CODE[self.code]

    def as_members(self, title: str) -> dict[str, object]:
        members: dict[str, object] = {
            "type": "about:blank",
            "title": title,
            "status": self.status,
            "code": self.code,
            **self.extra,
        }
        if self.detail:
            members["detail"] = self.detail
        return members
