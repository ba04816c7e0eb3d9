"""Is this folder a charter, and what does it hold?

Reads `charter.toml` and one Markdown file per language, and tells every fault with its file and line. What the data
means belongs to `parsing`, its values to `shapes`, storing them to `operations`.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from coalition.charters.lines import line_numbers, line_of
from coalition.charters.parsing import parse
from coalition.charters.reading import Fault, Findings
from coalition.charters.shapes import CharterDefinition, TextStanding
from coalition.charters.text import canonical, digest, sections

__all__ = ["LIBRARY", "CharterDefinition", "CharterFolder", "Fault", "FolderBroken", "check", "from_json", "load"]

LIBRARY = Path(__file__).parent / "library"
DATA_FILE = "charter.toml"
MAX_BYTES = 1_000_000
PAGE_ANCHORS = {"about-this-text", "how-to-join", "main", "the-seal", "toc", "who-may-sign"}

_ERROR_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


class FolderBroken(Exception):
    """A charter's folder cannot be used; `faults` says why, each with its file and line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class CharterText:
    """The text in one language, in canonical form."""

    language: str
    standing: TextStanding
    markdown: str

    @property
    def sha256(self) -> str:
        """The digest of the text."""
        return digest(self.markdown)


@dataclass(frozen=True)
class CharterFolder:
    """A charter as it stands in its folder: the definition, the data it was read from, the texts."""

    definition: CharterDefinition
    data: Mapping[str, Any]
    texts: tuple[CharterText, ...]

    @property
    def sha256(self) -> str:
        """The digest of the data, whatever their order and layout in the file."""
        return data_sha256(self.data)


def data_sha256(data: Mapping[str, Any]) -> str:
    """Return the digest of a charter's data, whatever their order."""
    return hashlib.sha256(to_json(data).encode()).hexdigest()


def check(folder: Path) -> list[Fault]:
    """Return every fault of a charter's folder, in the order of files and lines; nothing when it can be loaded."""
    try:
        load(folder)
    except FolderBroken as broken:
        return broken.faults
    return []


def load(folder: Path) -> CharterFolder:
    """Read a charter's folder.

    Raises FolderBroken with every fault.
    """
    faults: list[Fault] = []
    source = _read(folder / DATA_FILE, faults)
    data = _toml(source, faults)
    if faults:
        raise FolderBroken(faults)
    findings = Findings()
    definition = parse(data, built_in(), findings)
    lines = line_numbers(source)
    faults += {Fault(DATA_FILE, line_of(place, lines), message) for place, message in findings.noted}
    texts = tuple(_texts(folder, definition, faults))
    if faults:
        raise FolderBroken(sorted(faults))
    return CharterFolder(definition, data, texts)


def from_json(data: Mapping[str, Any]) -> CharterDefinition:
    """Return the definition that was stored with a version.

    Raises FolderBroken if this program cannot read it any more.
    """
    findings = Findings()
    definition = parse(data, built_in(), findings)
    if findings.noted:
        raise FolderBroken([Fault(DATA_FILE, 0, message) for _, message in findings.noted])
    return definition


def to_json(data: Mapping[str, Any]) -> str:
    """Return the data as text that is the same for the same data."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@cache
def built_in() -> dict[str, Any]:
    """Return what every charter has: the statements to affirm, the reasons for declining."""
    return tomllib.loads((LIBRARY / "every-charter.toml").read_text(encoding="utf-8"))


def _read(path: Path, faults: list[Fault]) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        faults.append(Fault(path.name, 0, f"the file cannot be read: {error.strerror}"))
        return ""
    if len(raw) > MAX_BYTES:
        faults.append(Fault(path.name, 0, f"the file holds more than {MAX_BYTES} bytes"))
        return ""
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        faults.append(Fault(path.name, line, "the file has to be UTF-8"))
        return ""


def _toml(source: str, faults: list[Fault]) -> dict[str, Any]:
    try:
        return {key: _plain(value) for key, value in tomllib.loads(source).items()}
    except tomllib.TOMLDecodeError as error:
        where = _ERROR_LINE.search(str(error))
        line = int(where.group(1)) if where else source.count("\n") + 1
        faults.append(Fault(DATA_FILE, line, _ERROR_LINE.sub("", str(error)).removesuffix(" (at end of document)")))
        return {}


def _plain(value: Any) -> Any:
    """Return the value as JSON has it: dates as text."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _texts(folder: Path, definition: CharterDefinition, faults: list[Fault]) -> Iterator[CharterText]:
    for language, standing in definition.texts.items():
        stem = "summary" if standing is TextStanding.SUMMARY else "text"
        path = folder / f"{stem}.{language}.md"
        markdown = canonical(_read(path, faults))
        _check_text(path.name, markdown, faults)
        yield CharterText(language, standing, markdown)


def _check_text(name: str, markdown: str, faults: list[Fault]) -> None:
    if any(fault.file == name for fault in faults):
        return
    if not markdown.strip():
        faults.append(Fault(name, 1, "the text is empty"))
    for anchor in taken_anchors(markdown):
        line = next((n for n, line in enumerate(markdown.split("\n"), 1) if line.endswith(f"{{#{anchor}}}")), 1)
        faults.append(Fault(name, line, f"the anchor “{anchor}” is taken: by another heading, or by the page itself"))


def taken_anchors(markdown: str) -> list[str]:
    """Return the anchors of a text's headings that another heading has too, or the page that shows it."""
    counts = Counter(section.anchor for section in sections(markdown))
    return [anchor for anchor, times in counts.items() if times > 1 or anchor in PAGE_ANCHORS]
