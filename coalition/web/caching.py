"""May a page be kept? By its reader, and for a moment by this process; what has not changed costs no template.

A page's version names everything it shows, so that its ETag is known before it is rendered. Only public pages: the same
bytes for everybody, no session, no cookie.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import Flask, Response, current_app, make_response, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30
KEPT_PAGES = 200
LARGEST_PAGE = 128 * 1024
FORM_SECONDS = 300
HOLE = "\N{WHITE SQUARE}csrf\N{WHITE SQUARE}"
OF_A_BODY = ("Content-Length", "Content-Type")
T = TypeVar("T")


class Kept(Generic[T]):
    """The values used last, each for a while; old ones make room. Safe between threads."""

    def __init__(self, most: int) -> None:
        self.most, self.lock = most, Lock()
        self.values: OrderedDict[object, tuple[float, T]] = OrderedDict()

    def get(self, key: object) -> T | None:
        """Return the value of `key` while it is good."""
        found = self.values.get(key)
        return found[1] if found is not None and monotonic() < found[0] else None

    def put(self, key: object, value: T, *, seconds: float) -> None:
        """Keep `value` for so many seconds."""
        with self.lock:
            self.values[key] = (monotonic() + seconds, value)
            self.values.move_to_end(key)
            while len(self.values) > self.most:
                self.values.popitem(last=False)


@cache
def release() -> str:
    """Name the code and templates that are served: a new deployment makes every page new."""
    found = [path for folder in ("coalition", "templates", "static") for path in (ROOT / folder).rglob("*.*")]
    # What Python compiles as it goes is left out: it would name each process of one release differently.
    files = [path for path in found if path.parent.name != "__pycache__" and path.is_file()]
    newest = max((path.stat().st_mtime_ns for path in files), default=0)
    return f"{len(files)}-{newest}"


def remembered(name: str, make: Callable[[], T]) -> T:
    """Return what `make` made at most VERSION_SECONDS ago: every process asks the database once in that time."""
    kept: Kept[Any] = current_app.extensions["coalition.remembered"]
    found: T | None = kept.get(name)
    if found is None:
        found = make()
        kept.put(name, found, seconds=current_app.config["VERSION_SECONDS"])
    return found


def kept_for(version: str, name: object, make: Callable[[], T]) -> T:
    """Return what `make` made for this `version`: lists and sums that many pages show are made once."""
    kept: Kept[Any] = current_app.extensions["coalition.remembered"]
    found: T | None = kept.get((version, name))
    if found is None:
        found = make()
        kept.put((version, name), found, seconds=FORM_SECONDS if current_app.config["VERSION_SECONDS"] else 0)
    return found


def page_version(version: str) -> str:
    """Name all that a page at this address shows: code, site, address and its own `version`."""
    site = remembered("site", current_app.extensions["coalition.site_version"])
    return hashlib.sha256(f"{release()}|{site}|{version}|{request.full_path}".encode()).hexdigest()[:24]


def public_page(version: str, render: Callable[[], str | Response]) -> Response:
    """Answer with 304 when the reader holds `version` of this address, else with what `render` makes.

    `version` names everything the page shows; language and query are part of the address. Touches no session.
    """
    etag = page_version(version)
    response = _unless_held(etag, render)
    request.environ[MicroCache.MARK] = etag
    return response


def public_stream(version: str, make: Callable[[], Response]) -> Response:
    """Answer as `public_page` does with what is too large to be kept here: it goes out as it is made."""
    return _unless_held(page_version(version), make)


def _unless_held(etag: str, render: Callable[[], str | Response]) -> Response:
    is_held = request.if_none_match.contains_weak(etag)
    response = Response(status=304) if is_held else make_response(render())
    response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    return response


def empty_form(version: str, render: Callable[[], str | BaseResponse]) -> str | BaseResponse:
    """Return a form's page as it is before anything is typed, with this reader's own CSRF token in it.

    Kept with a hole in the token's place: a token belongs to one reader and must never be kept for another. What
    `render` makes instead of a page, such as a redirect, is passed on.
    """
    kept: Kept[str] = current_app.extensions["coalition.forms"]
    token, key = generate_csrf(), page_version(version)
    page = kept.get(key)
    if page is None:
        made = render()
        if not isinstance(made, str):
            return made
        page = made.replace(token, HOLE)
        if HOLE in page:
            kept.put(key, page, seconds=FORM_SECONDS if current_app.config["VERSION_SECONDS"] else 0)
    return page.replace(HOLE, token)


@dataclass(frozen=True)
class KeptAnswer:
    """An answer as it went out; without a body it is good for 304 alone."""

    etag: str
    headers: list[tuple[str, str]]
    body: bytes | None


class MicroCache:
    """Answers again, for a second, what was just answered at the same address: before Flask, without the database.

    Only what `public_page` made, and never longer than the version it looked up is remembered.
    """

    MARK = "coalition.public_page"

    def __init__(self, inner: Callable[..., Iterable[bytes]], *, seconds: float) -> None:
        self.inner, self.seconds = inner, seconds
        self.answers: Kept[KeptAnswer] = Kept(KEPT_PAGES)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, or ask the application and keep its answer if it may be kept."""
        if not self.seconds or environ["REQUEST_METHOD"] != "GET":
            return self.inner(environ, start_response)
        key = (environ.get("PATH_INFO"), environ.get("QUERY_STRING"))
        found = self.answers.get(key)
        if found is not None and found.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 NOT MODIFIED", [pair for pair in found.headers if pair[0] not in OF_A_BODY])
            return []
        if found is not None and found.body is not None:
            start_response("200 OK", found.headers)
            return [found.body]
        return self._asked(key, environ, start_response)

    def _asked(self, key: object, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def note(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            told.append((status, headers))
            return start_response(status, headers, *rest)

        answer = self.inner(environ, note)
        etag = environ.get(self.MARK)
        if etag is None:
            return answer
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        status, headers = told[-1]
        is_anybodys = "Set-Cookie" not in (name for name, _ in headers)  # a cookie is one reader's
        if is_anybodys and status[:3] in ("200", "304") and len(body) <= LARGEST_PAGE:
            kept = KeptAnswer(etag, headers, body if status.startswith("200") else None)
            self.answers.put(key, kept, seconds=self.seconds)
        return [body]


def install(app: Flask, *, site_version: Callable[[], str]) -> None:
    """Give `app` its memories; `site_version` names what every page shows of the site itself."""
    app.extensions["coalition.remembered"] = Kept(KEPT_PAGES)
    app.extensions["coalition.forms"] = Kept(KEPT_PAGES)
    app.extensions["coalition.site_version"] = site_version
    app.wsgi_app = MicroCache(app.wsgi_app, seconds=app.config["VERSION_SECONDS"])  # type: ignore[method-assign]
