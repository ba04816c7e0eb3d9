"""In which language is this said? Languages, the present one, and sentences marked for translation.

The language of a human page stands in its path. What a page says does not belong here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, has_request_context, request
from flask_babel import force_locale, gettext, lazy_gettext, ngettext, pgettext

from coalition.errors import DomainError

__all__ = [
    "LANGUAGES",
    "Language",
    "current_language",
    "force_language",
    "gettext",
    "known_languages",
    "lazy_gettext",
    "localised",
    "ngettext",
    "pgettext",
    "preferred_language",
    "told",
]


@dataclass(frozen=True)
class Language:
    """A language by its code, its own name and its direction."""

    code: str
    name: str
    direction: str = "ltr"


LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (
        Language("ar", "العربية", "rtl"),
        Language("en", "English"),
        Language("es", "Español"),
        Language("fr", "Français"),
        Language("pt", "Português"),
    )
}


def known_languages() -> tuple[str, ...]:
    """Return the codes of the interface languages, the fallback first."""
    locales: tuple[str, ...] = current_app.config["LOCALES"]
    return locales


def current_language() -> str:
    """Return the code of the language that is being spoken now.

    In a request without a language of its own that is the one its path begins with, else the one the browser asks for.
    """
    if getattr(g, "language", None) is None:
        first = request.path.split("/", 2)[1] if has_request_context() else ""
        g.language = first if first in known_languages() else preferred_language()
    language: str = g.language
    return language


def preferred_language() -> str:
    """Return the interface language that the reader's browser asks for, else the fallback."""
    wanted = request.accept_languages.values() if has_request_context() else ()
    primary = (tag.replace("_", "-").split("-")[0].lower() for tag in wanted)
    return next((code for code in primary if code in known_languages()), known_languages()[0])


@contextmanager
def force_language(code: str) -> Iterator[None]:
    """Speak another language for a while: mails, documents, previews."""
    known = code if code in known_languages() else known_languages()[0]
    before = getattr(g, "language", None)
    g.language = known
    try:
        with force_locale(known):
            yield
    finally:
        g.language = before


def localised(texts: Mapping[str, Any], language: str | None = None) -> Any:
    """Pick the text in `language` (default: the present one), else the fallback's, else any; "" of nothing."""
    for code in (language or current_language(), known_languages()[0], *texts):
        if code in texts:
            return texts[code]
    return ""


def told(error: DomainError) -> str:
    """Say what went wrong in the present language; nothing for an error without a sentence."""
    if error.message == "":
        return ""  # a catalogue translates nothing into its own header
    return gettext(error.message, **error.values) if isinstance(error.message, str) else str(error.message)
