"""Which countries and territories are there, and what is each called in a language of the interface?

The table is ISO 3166-1 and the user-assigned XK. Its words were taken from CLDR and reviewed: where those were informal
or took a side, the United Nations' short name stands. Borders do not belong here.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from markupsafe import Markup

FALLBACK = "en"


@cache
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("names.json").read_text(encoding="utf-8"))
    return table


def _order(name: str) -> str:
    """Return the key that files É beside E and lets capitals, spaces and hyphens count for nothing."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name.casefold()) if sign.isalnum())


@cache
def names(language: str) -> Mapping[str, str]:
    """Return every code with its name, in the alphabetical order of `language`; English where it has none."""
    told = {code: words.get(language, words[FALLBACK]) for code, words in _table().items()}
    return MappingProxyType(dict(sorted(told.items(), key=lambda pair: (_order(pair[1]), pair[0]))))


def name(code: str, language: str) -> str:
    """Return the name of a territory; an unknown code is returned as it is, so that an old row still shows."""
    return names(language).get(code, code)


def is_known(code: str) -> bool:
    """Tell whether `code` is an upper-case code of the table."""
    return code in _table()


@cache
def _options(language: str) -> Markup:
    option = Markup('<option value="{}">{}</option>')
    return Markup("").join(option.format(code, told) for code, told in names(language).items())


def options_html(language: str, selected: str | None = None) -> Markup:
    """Return the <option> elements of a country field with `selected` chosen; an unknown one chooses nothing.

    Rendered once per language: 250 options are the largest cost a form page could have.
    """
    options = _options(language)
    if not selected or not is_known(selected):
        return options
    plain = f'value="{selected}"'
    return Markup(str(options).replace(plain, f"{plain} selected", 1))  # noqa: S704 - made of the table alone
