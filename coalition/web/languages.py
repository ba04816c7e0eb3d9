"""How does the language get from the path into the page? Every human page stands under its language."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, g, request

from coalition.i18n import LANGUAGES, current_language, gettext, known_languages, localised, plural_form

PARAMETER = "language"
IN_PATHS = "/:@!$&'()*+,;=~"


def install(app: Flask) -> None:
    """Read the language from the path of every request, and write it into every address that needs one."""

    @app.url_value_preprocessor
    def read(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values is not None and PARAMETER in values:
            g.language = values.pop(PARAMETER)

    @app.url_defaults
    def write(endpoint: str, values: dict[str, Any]) -> None:
        if PARAMETER not in values and current_app.url_map.is_endpoint_expecting(endpoint, PARAMETER):
            values[PARAMETER] = current_language()

    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, plural_form, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        language_links=language_links, current_language=current_language, localised=localised, LANGUAGES=LANGUAGES
    )


def language_links() -> list[tuple[str, str, str]]:
    """Return (code, own name, address) of this page in every interface language; of other pages, the home pages."""
    path, start = request.path, f"/{current_language()}/"
    is_page = path.startswith(start) and request.url_rule is not None
    shown = query() if request.method in ("GET", "HEAD") else ""
    rest = quote(path[len(start) :], safe=IN_PATHS) + shown if is_page else ""
    return [(code, LANGUAGES[code].name, f"/{code}/{rest}") for code in known_languages()]


def query() -> str:
    """Return "?" and this request's query as it was sent, or nothing."""
    return f"?{request.query_string.decode()}" if request.query_string else ""
