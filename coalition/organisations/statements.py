"""Which question do typed words put to a word index? Written out for each database; nothing is run here.

Every index of words holds what `names.search_words` makes, so that one way of asking serves them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

WALKED = 2000


def sought_and_judged(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words to look up, and those to judge row by row, each of which has to begin a word too.

    A single letter begins so many words that an index is slower than the rows which the other words find: "E-00042" is
    the letter E and a number. It is looked up only where nothing else was typed.
    """
    longer = [word for word in words if len(word) > 1]
    return (longer, [word for word in words if len(word) == 1]) if longer else (list(words), [])


def begun_by(text: InstrumentedAttribute[str], words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Say of a row that each word begins a word of its `text`, in which a space stands before every word."""
    return [text.contains(f" {word}", autoescape=True) for word in words]


def newest_found(
    columns: Sequence[InstrumentedAttribute[Any]],
    conditions: Sequence[ColumnElement[bool]],
    *,
    by_index: Sequence[ColumnElement[bool]],
    by_row: Sequence[ColumnElement[bool]],
    after: int | None,
    size: int,
) -> Select[Any]:
    """Return the newest `size` rows before `after` that words find on PostgreSQL; the first of `columns` is their key.

    The newest rows of the table are walked first: of a common word they fill the page. Else the index tells all rows,
    which are put in order. PostgreSQL cannot know how many rows a typed beginning finds, so it would walk past every
    row of the table to save a small sort, or sort most of the table for one page.
    """
    key = columns[0]
    below = [key < after] if after is not None else []
    conditions = [*below, *conditions]
    last = select(key).where(*below).order_by(key.desc()).offset(WALKED).limit(1).scalar_subquery()
    walked = select(*columns).where(key > func.coalesce(last, 0), *by_row, *conditions).order_by(key.desc()).limit(size)
    first = _computed(walked, "first")
    is_full = select(func.count()).select_from(first).scalar_subquery() >= size
    found = _computed(select(*columns).where(~is_full, *by_index, *conditions), "found")
    ordered = select(found).order_by(found.c[key.key].desc()).limit(size)
    return select(union_all(select(first).where(is_full), select(ordered.subquery())).subquery())


def _computed(statement: Select[Any], name: str) -> CTE:
    return statement.cte(name).prefix_with("MATERIALIZED", dialect="postgresql")


def word_query(words: Sequence[str], dialect: str) -> str:
    """Write folded words as a query of an index: every one must begin a word. Quoted: none is an operator.

    For SQLite in the words of FTS5, else as PostgreSQL's `tsquery`. `words` are not empty.
    """
    if dialect == "sqlite":
        return " AND ".join(f'"{word.replace(chr(34), "")}"*' for word in words)
    return " & ".join("'{}':*".format(word.replace("\\", "\\\\").replace("'", "''")) for word in words)
