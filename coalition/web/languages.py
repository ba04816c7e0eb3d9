"""How does the language get from the path into the page? Every human page stands under its language."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, request, url_for

from coalition.i18n import LANGUAGES, current_language, known_languages, localised

PARAMETER = "language"


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

    app.jinja_env.globals.update(
        language_links=language_links, current_language=current_language, localised=localised, LANGUAGES=LANGUAGES
    )


def language_links() -> list[tuple[str, str, str]]:
    """Return (code, own name, address) of this page in every interface language."""
    endpoint, values = request.endpoint, dict(request.view_args or {})
    if not endpoint or not current_app.url_map.is_endpoint_expecting(endpoint, PARAMETER):
        return [(code, LANGUAGES[code].name, f"/{code}/") for code in known_languages()]
    shown = query() if request.method in ("GET", "HEAD") else ""
    return [
        (code, LANGUAGES[code].name, url_for(endpoint, **{**values, PARAMETER: code}) + shown)
        for code in known_languages()
    ]


def query() -> str:
    """Return "?" and this request's query as it was sent, or nothing."""
    return f"?{request.query_string.decode()}" if request.query_string else ""
