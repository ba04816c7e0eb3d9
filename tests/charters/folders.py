"""Charters' folders to try things on.

The pocket charter is small, for faults and versions, and one of its languages is foreign to the interface; the climate
charter is a whole coalition of its own.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import definition, operations
from coalition.transactions import transaction

POCKET = Path(__file__).parent / "pocket-charter"
CLIMATE = Path(__file__).parent / "climate-charter"


def pocket_folder(place: Path) -> Path:
    """Copy the pocket charter below `place`."""
    return Path(shutil.copytree(POCKET, place / "pocket"))


def climate_folder(place: Path) -> Path:
    """Copy the climate charter below `place`."""
    return Path(shutil.copytree(CLIMATE, place / "climate"))


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the one place in a file of the folder where `old` stands."""
    text = (folder / name).read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    (folder / name).write_text(text.replace(old, new), "utf-8")


def line_of(folder: Path, name: str, text: str) -> int:
    """Return the line of the first place where `text` stands."""
    lines = (folder / name).read_text("utf-8").split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)


def load_folder(folder: Path) -> operations.Loaded:
    """Load a folder in a transaction of its own, as the command line does."""
    with transaction():
        return operations.load_charter(folder=definition.load(folder), actor=Actor.system("tests"), now=clock.now())


def switch(slug: str, *, enabled: bool) -> None:
    """Switch a charter on or off, in a transaction of its own."""
    with transaction():
        operations.switch_charter(slug=slug, enabled=enabled, actor=Actor.system("tests"), now=clock.now())
