"""What does this machine lack for making documents? Cheap probes for `doctor`, `/readyz` and the document jobs.

Asks the loader for the libraries that WeasyPrint needs, without importing WeasyPrint. How a document is made does not
belong here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LIBRARIES = (
    ("the Pango library", "libpango-1.0.so.0", "libpango-1.0-0"),
    ("the Pango FreeType library", "libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
    ("the HarfBuzz subset library", "libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
)
FOLDER = Path("/usr/share/fonts")
FONTS = (
    ("the Noto fonts", Path("/usr/share/fonts/truetype/noto/NotoSerif-Bold.ttf"), "fonts-noto-core"),
    (
        "the Noto fonts for Chinese, Japanese and Korean",
        Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"),
        "fonts-noto-cjk",
    ),
)


@dataclass(frozen=True)
class Missing:
    """One thing that is not on this machine and the Debian package that brings it."""

    what: str
    package: str

    @property
    def mend(self) -> str:
        """The line that installs it."""
        return mending_line([self])


def missing_for_documents() -> list[Missing]:
    """Return what receipts and certificates need and this machine lacks; empty when all is there."""
    libraries = [Missing(what, package) for what, library, package in LIBRARIES if not _is_loadable(library)]
    return libraries + [Missing(what, package) for what, file, package in FONTS if not file.exists()]


def mending_line(missing: Iterable[Missing]) -> str:
    """Return the one line that installs all of `missing`."""
    return f"apt-get install {' '.join(lack.package for lack in missing)}"


def _is_loadable(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
