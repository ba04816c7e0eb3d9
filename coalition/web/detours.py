"""Was another address meant? An old, cut or mistyped one leads on where the page that was meant is plain to see.

Only addresses that name nothing at all are looked at, and only for reading: nothing is guessed for what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from babel import localedata
from flask import current_app, request, url_for

from coalition.i18n import known_languages, preferred_language
from coalition.web import languages

TAG = re.compile(r"([A-Za-z]{2,3})([-_][A-Za-z0-9]{2,8}){0,2}")
OF_A_TEXT = "charter"


def language_of_path() -> str | None:
    """Return the interface language that the address begins with."""
    first = request.path.split("/", 2)[1]
    return first if first in known_languages() else None


def elsewhere() -> str | None:
    """Return the address of the page that was meant by an address that names none."""
    is_asked = request.method in ("GET", "HEAD") and request.routing_exception is not None
    if not is_asked or request.path.startswith("//"):  # such an address could lead to another site
        return None
    adapter = current_app.create_url_adapter(request)
    meant = (path for path in _candidates() if path != request.path and adapter and adapter.test(path, "GET"))
    found = next(meant, None)
    return found and quote(found, safe=languages.IN_PATHS) + languages.query()


def written_small() -> str | None:
    """Return the same address with the text's name in small letters, as all of them are; None where it is so."""
    values = request.view_args or {}
    name = values.get(OF_A_TEXT, "")
    if request.method not in ("GET", "HEAD") or name == name.lower() or not name.isascii():
        return None
    return url_for(request.endpoint or "", **{**values, OF_A_TEXT: name.lower()}) + languages.query()


def once_more() -> str | None:
    """Return this address, where opening it again by a link may help; None where it takes only what is sent."""
    adapter = current_app.create_url_adapter(request)
    if not adapter or not adapter.test(request.path, "GET"):
        return None
    return quote(request.path, safe=languages.IN_PATHS) + languages.query()


def _candidates() -> Iterator[str]:
    for path in (request.path, request.path.lower()):
        if language_of_path() is None and not path.startswith(("/api/", "/admin/")):
            yield from _in_a_language(path)
        yield path
        if path.endswith("/"):
            yield path[:-1]


def _in_a_language(path: str) -> Iterator[str]:
    """Name the page in a language of ours: in place of one that is not spoken here, or where none was named."""
    first, _, rest = path[1:].partition("/")
    tag = TAG.fullmatch(first)
    if tag and localedata.exists(tag[1].lower()):
        base = tag[1].lower()
        yield f"/{base if base in known_languages() else preferred_language()}/{rest}"
    yield f"/{preferred_language()}{path}"
