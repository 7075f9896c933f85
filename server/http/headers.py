"""The headers every answer carries: nothing inline, nothing from elsewhere, nothing cached that is private."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from flask import Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "font-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "media-src 'self' blob:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
}
A_YEAR_S = 365 * 24 * 3600


PRIVATE = "no-store"
HTTPS_ONLY = f"max-age={A_YEAR_S}; includeSubDomains"


def add_headers(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", HTTPS_ONLY)
    response.headers.setdefault("Cache-Control", PRIVATE)
    if response.location:
        _lead_here(response)
    return response


def _lead_here(response: Response) -> None:
    """A redirection by path alone: a host the router names came with the request, where anybody may write any."""
    target = urlsplit(response.location or "")
    if target.netloc:
        response.location = urlunsplit(("", "", "/" + target.path.lstrip("/"), target.query, ""))
        response.set_data(b"")
