"""Which headers does every answer carry? Security headers and the content policy; a script runs on few pages alone."""

from __future__ import annotations

from flask import Flask, Response, current_app, make_response, request

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

FRAMES_OUR_OWN = f"{POLICY}; frame-src 'self'"
# A mail may carry whatever an applicant typed: no script, no form, nothing loaded; its links open in place of the page.
POWERLESS = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-top-navigation-by-user-activation"
)


def install(app: Flask) -> None:
    """Add the headers to every answer of `app`."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    # Not no-referrer: over https the CSRF check needs it. Of a path with a token not even our own pages are told.
    has_token = "token" in (request.view_args or {})
    headers.setdefault("Referrer-Policy", "strict-origin" if has_token else "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    headers.setdefault("Cache-Control", "no-store")
    if (location := headers.get("Location", "")).startswith(request.host_url):
        # The framework's own redirects repeat the Host header, which anybody may send.
        headers["Location"] = f"/{location.removeprefix(request.host_url).lstrip('/')}"
    return response


def with_own_script(page: str, status: int = 200) -> Response:
    """Answer with a page that may run our own script files: passkeys are offered by browsers to scripts alone."""
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = f"{POLICY}; script-src 'self'"
    return response


def as_attachment(response: Response) -> Response:
    """Hand out a file that somebody sent us: saved, never shown, and powerless if it is shown after all."""
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
