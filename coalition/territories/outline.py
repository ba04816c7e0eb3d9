"""Where does a country lie on a small map of the world? The outline of the land, and a point for each country.

Land alone, without borders: a map that draws none takes no side. `outline.json` says where it comes from.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 680, 312


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(Path(__file__).with_name("outline.json").read_text(encoding="utf-8"))
    return data


def land() -> str:
    """Return the outline of all land as the data of one SVG path in a box of WIDTH by HEIGHT."""
    return str(_data()["land"])


def point(code: str) -> tuple[int, int] | None:
    """Return where a country's dot stands; None of a code without a place."""
    found = _data()["points"].get(code)
    return None if found is None else (int(found[0]), int(found[1]))
