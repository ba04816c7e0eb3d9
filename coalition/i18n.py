"""In which language is this said? Languages, the present one, and sentences marked for translation.

The language of a human page stands in its path. What a page says does not belong here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask import current_app, g, has_app_context, has_request_context, request
from flask_babel import LazyString

from coalition.errors import DomainError

__all__ = [
    "LANGUAGES",
    "Language",
    "current_language",
    "force_language",
    "gettext",
    "is_singular",
    "known_languages",
    "lazy_gettext",
    "localised",
    "ngettext",
    "plural_form",
    "preferred_language",
    "told",
]


CATALOGUES = Path(__file__).parent / "translations"


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
    language: str | None = g.get("language")
    if language is None:
        first = request.path.split("/", 2)[1] if has_request_context() else ""
        language = g.language = first if first in known_languages() else preferred_language()
    return language


def preferred_language() -> str:
    """Return the interface language that the reader's browser asks for, else the fallback."""
    wanted = request.accept_languages.values() if has_request_context() else ()
    primary = (tag.replace("_", "-").split("-")[0].lower() for tag in wanted)
    return next((code for code in primary if code in known_languages()), known_languages()[0])


@contextmanager
def force_language(code: str) -> Iterator[None]:
    """Speak another language for a while: mails, documents, previews."""
    before = g.get("language")
    g.language = code if code in known_languages() else known_languages()[0]
    try:
        yield
    finally:
        g.language = before


def _present_catalogue() -> NullTranslations:
    """Return the present language's sentences; at import nobody speaks yet, and marked sentences stay as they are."""
    return _catalogue(current_language()) if has_app_context() else _catalogue("")


@cache
def _catalogue(language: str) -> NullTranslations:
    """Return the sentences of a language; one without a catalogue, like the sources' own, says them as they stand."""
    return Translations.load(CATALOGUES, [language])


def gettext(sentence: str, /, **values: object) -> str:
    """Say a marked sentence in the present language, its placeholders filled with `values`."""
    said: str = _present_catalogue().ugettext(sentence)
    return said % values if values else said


def plural_form(one: str, many: str, num: int) -> str:
    """Return the sentence for `num` things in the present language, its placeholders not yet filled."""
    said: str = _present_catalogue().ungettext(one, many, num)
    return said


def is_singular(num: int) -> bool:
    """Tell whether the present language speaks of `num` things as of one: of words that no catalogue holds."""
    return bool(_present_catalogue().plural(num) == 0)


def ngettext(one: str, many: str, /, num: int, **values: object) -> str:
    """Say a marked sentence for `num` things; %(num)s stands for the number."""
    return plural_form(one, many, num) % {"num": num, **values}


def lazy_gettext(sentence: str, /, **values: object) -> LazyString:
    """Say a marked sentence later, in the language that is present then: labels that are made at import."""
    return LazyString(gettext, sentence, **values)


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
