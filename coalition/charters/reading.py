"""What stands under this key, and is it of the right form?

A reader of one table of a charter's data that notes every fault with its place and goes on, so that all are told at
once. What the tables mean belongs to `parsing` and `rules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from coalition.eligibility.criteria import Words

Place = tuple[str | int, ...]
"""Where a value stands: keys of tables and positions in lists, from the outside in."""

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
SLUG = re.compile(r"(?=.{1,60}\Z)[a-z0-9]+(-[a-z0-9]+){0,9}")
PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,11}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,6})?")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in a charter's folder, and where; line 0 is the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass
class Findings:
    """All faults of one reading, and what every table of it shares."""

    languages: tuple[str, ...] = ()
    noted: list[tuple[Place, str]] = field(default_factory=list)


class Reader:
    """One table: each method takes a key off it, and returns a value of the right type whatever stood there."""

    def __init__(self, data: Mapping[str, Any], findings: Findings, place: Place = ()) -> None:
        self.findings = findings
        self.place = place
        self._data = data
        self._used: set[str] = set()

    def fault(self, message: str, *place: str | int) -> None:
        """Note a fault of this table, or of what stands at `place` in it."""
        self.findings.noted.append(((*self.place, *place), message))

    def text(self, key: str, *, form: re.Pattern[str] | None = None, required: bool = True) -> str:
        """Return a text; `form` is what all of it has to look like."""
        value = self._take(key, str, "a text", required=required)
        if value is None:
            return ""
        if form and not form.fullmatch(value):
            self.fault(f"“{self._name(key)}” cannot be “{value}”: it has to match {form.pattern}", key)
        return str(value)

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """Return one of the choices; the first where something else stands."""
        value = self._take(key, str, "a text", required=True)
        known = [choice.value for choice in choices]
        if value is not None and value not in known:
            self.fault(f"“{self._name(key)}” cannot be “{value}”: it is one of {', '.join(known)}", key)
        return choices(value) if value in known else next(iter(choices))

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key, bool, "true or false", required=False)
        return default if value is None else bool(value)

    def whole(self, key: str, default: int, *, most: int) -> int:
        """Return a whole number from 1 to `most`."""
        value = self._take(key, int, "a whole number", required=False)
        if value is None:
            return default
        if isinstance(value, bool) or not 1 <= value <= most:
            self.fault(f"“{self._name(key)}” has to be a whole number from 1 to {most}", key)
            return default
        return int(value)

    def words(self, key: str, *, required: bool = True) -> Words:
        """Return one text in every language of the charter; empty where nothing is needed or given."""
        value = self._take(key, dict, "a text in each language", required=required)
        return {} if value is None else Reader(value, self.findings, (*self.place, key)).in_languages()

    def in_languages(self) -> Words:
        """Return this table as one text in every language of the charter."""
        found = {code: self.text(code) for code in self.findings.languages}
        self.finish()
        return found

    def lists(self, key: str, *, length: int) -> Mapping[str, tuple[str, ...]]:
        """Return a list of so many texts in every language; empty where nothing is given."""
        value = self._take(key, dict, "a list in each language", required=False)
        if value is None:
            return {}
        inner = Reader(value, self.findings, (*self.place, key))
        found = {code: inner.names(code) for code in self.findings.languages}
        for code, texts in found.items():
            if len(texts) != length:
                inner.fault(f"“{inner._name(code)}” holds {len(texts)} texts, {length} are needed", code)
        inner.finish()
        return found

    def names(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._take(key, list, "a list of texts", required=required) or []
        if any(not isinstance(item, str) or not item.strip() for item in value):
            self.fault(f"“{self._name(key)}” has to be a list of texts", key)
        return tuple(item for item in value if isinstance(item, str))

    def day(self, key: str) -> date | None:
        """Return a date written as 2015-09-28, or None where nothing is given."""
        value = self._take(key, str, "a date", required=False)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.fault(f"“{self._name(key)}” has to be a date like 2015-09-28", key)
            return None

    def table(self, key: str) -> Reader:
        """Return the table under `key`; an empty one where it is missing, which is a fault."""
        value = self._take(key, dict, "a table", required=True)
        return Reader(value or {}, self.findings if value is not None else Findings(), (*self.place, key))

    def tables(self, key: str) -> Iterator[Reader]:
        """Return the tables of a list of tables; none where nothing is given."""
        value = self._take(key, list, "a list of tables", required=False) or []
        for number, item in enumerate(value):
            if isinstance(item, dict):
                yield Reader(item, self.findings, (*self.place, key, number))
            else:
                self.fault(f"“{self._name(key)}” has to be a list of tables", key)

    def keys(self) -> tuple[str, ...]:
        """Return the keys that stand in this table."""
        return tuple(self._data)

    def has(self, key: str) -> bool:
        """Tell whether anything stands under `key`."""
        return key in self._data

    def check_unique(self, name: str, keys: Iterable[str]) -> None:
        """Note every key of the list `name` that stands there twice."""
        seen: set[str] = set()
        for number, key in enumerate(keys):
            if key in seen:
                self.fault(f"the key “{key}” stands twice in “{name}”", name, number, "key")
            seen.add(key)

    def finish(self) -> None:
        """Note every key that nobody has asked for."""
        for key in self._data.keys() - self._used:
            near = get_close_matches(key, self._used - self._data.keys(), n=1) or get_close_matches(
                key, self._used, n=1
            )
            meant = f": did you mean “{near[0]}”?" if near else ""
            self.fault(f"“{self._name(key)}” is not known here{meant}", key)

    def _take(self, key: str, kind: type, called: str, *, required: bool) -> Any:
        self._used.add(key)
        value = self._data.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self.fault(f"“{self._name(key)}” is missing", *((key,) if key in self._data else ()))
            return None
        if not isinstance(value, kind):
            self.fault(f"“{self._name(key)}” has to be {called}", key)
            return None
        return value

    def _name(self, key: str) -> str:
        """Return the key as its author reads it: with the tables around it, up to the list it stands in."""
        around: list[str] = []
        for part in reversed(self.place):
            if isinstance(part, int):
                break
            around.insert(0, part)
        return ".".join((*around, key))
