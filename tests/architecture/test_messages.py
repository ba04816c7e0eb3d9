"""Is every sentence that a person can read there in every interface language?"""

from __future__ import annotations

import shlex
import string
from collections.abc import Iterable

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from tests.architecture.sources import PACKAGE, ROOT

TRANSLATIONS = PACKAGE / "translations"
SOURCE_LANGUAGE = "en"


def languages() -> list[str]:
    found = (path.parts[-3] for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))
    return sorted(name for name in found if name != SOURCE_LANGUAGE)


def catalogue(language: str) -> Catalog:
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def sentences(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What `make messages` finds in the sources."""
    target = tmp_path_factory.mktemp("messages") / "messages.pot"
    line = next(line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if line.startswith("EXTRACT :="))
    words = ["pybabel", *shlex.split(line)[3:]]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        CommandLineInterface().run([*words, "--output", str(target), "."])
    with target.open("rb") as file:
        return read_po(file)


def forms(text: str | Iterable[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def placeholders(text: str) -> set[str]:
    """The names in `%(name)s`, and in `{name}` where a sentence uses that form."""
    named = {part.split(")")[0] for part in text.split("%(")[1:]}
    try:
        return named | {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:
        return named


def keys(catalogue: Catalog) -> dict[tuple[str, str | None], Message]:
    return {(forms(message.id)[0], message.context): message for message in catalogue if message.id}


def test_languages_when_listed_hold_french() -> None:
    assert "fr" in languages()


@pytest.mark.parametrize("language", languages())
def test_sentence_when_marked_is_translated(sentences: Catalog, language: str) -> None:
    known = keys(catalogue(language))
    missing = [key for key in keys(sentences) if key not in known or not all(forms(known[key].string))]
    assert missing == []


@pytest.mark.parametrize("language", languages())
def test_translation_when_listed_is_neither_doubtful_nor_left_over(sentences: Catalog, language: str) -> None:
    known = catalogue(language)
    assert [message.id for message in known if message.id and message.fuzzy] == []
    assert set(keys(known)) - set(keys(sentences)) == set()


@pytest.mark.parametrize("language", languages())
def test_translation_when_it_names_values_names_the_sentences_own(language: str) -> None:
    wrong = [
        message.id
        for message in catalogue(language)
        if message.id
        for text in forms(message.string)
        if not placeholders(text) <= placeholders(" ".join(forms(message.id)))
        or (isinstance(message.id, str) and placeholders(text) != placeholders(message.id))
    ]
    assert wrong == []


def test_sentence_when_marked_is_found_with_its_white_space_trimmed(sentences: Catalog) -> None:
    assert [key for key, _ in keys(sentences) if key != key.strip() or "\n" in key] == []


def test_compiled_catalogue_when_made_is_not_kept() -> None:
    assert "*.mo" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
