"""Do templates and style sheets keep the rules of the look: nothing inline, scripts from files, logical directions?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, TEMPLATES, name_of

INLINE = re.compile(
    r"<script\b(?! src=\"\{\{ static_url)|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)
PHYSICAL = re.compile(
    r"(?<![\w-])((margin|padding|border|scroll-margin|scroll-padding)-(left|right|top|bottom)\b"
    r"|(left|right|top|bottom)\s*:"
    r"|(text-align|float|clear)\s*:\s*(left|right)\b"
    r"|border-(top|bottom)-(left|right)-radius"
    r"|(min-|max-)?(width|height)\s*:)"
)
MEDIA = re.compile(r"\([^)]*\)|/\*.*?\*/", re.DOTALL)
SAME_EVERYWHERE = {"CSV", "HTML", "JSON", "PDF", "SHA", "UTC"}
OWN_STYLE = ("mail", "documents")  # a mail program and a PDF fetch no style sheet of ours


def pages() -> list[Path]:
    return [path for path in sorted(TEMPLATES.rglob("*.html")) if path.relative_to(TEMPLATES).parts[0] not in OWN_STYLE]


def sheets() -> list[Path]:
    return sorted((ROOT / "static" / "css").rglob("*.css"))


@pytest.mark.parametrize("path", pages(), ids=name_of)
def test_template_when_read_has_no_inline_style_or_script(path: Path) -> None:
    assert INLINE.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", pages(), ids=name_of)
def test_template_when_shown_extends_the_base(path: Path) -> None:
    parts = path.relative_to(TEMPLATES).parts
    is_part = any(part.startswith("_") for part in parts) or parts[-1] in ("base.html", "admin_base.html")
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL).lstrip()
    assert is_part or text.startswith(("{% extends", "{%- extends"))


@pytest.mark.parametrize("path", pages(), ids=name_of)
def test_template_when_read_marks_every_sentence(path: Path) -> None:
    text = re.sub(
        r"\{#.*?#\}|[\w-]+=\"[^\"]*\"|\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{\{.*?\}\}|\{%.*?%\}",
        " ",
        path.read_text("utf-8"),
        flags=re.DOTALL,
    )
    text = re.sub(r"<(code|pre|kbd)\b.*?</\1>", " ", text, flags=re.DOTALL)  # commands have no language
    text = re.sub(r"<!--.*?-->|<[^>]*>|&\w+;|&#\d+;", " ", text, flags=re.DOTALL)
    assert [word for word in re.findall(r"[A-Za-zÀ-ÿ]{3,}", text) if word not in SAME_EVERYWHERE] == []


@pytest.mark.parametrize("path", sheets(), ids=name_of)
def test_sheet_when_read_uses_logical_directions(path: Path) -> None:
    assert [found[0] for found in PHYSICAL.findall(MEDIA.sub(" ", path.read_text("utf-8")))] == []


def test_sheets_when_read_are_there() -> None:
    assert len(sheets()) > 0
    assert len(pages()) > 0
