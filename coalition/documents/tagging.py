"""In which language is each part of a document? Said on its tagged elements, so that a screen reader changes its voice.

WeasyPrint says the language of the whole document alone. What is drawn, and where, is not this room's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pydyf
from weasyprint.pdf import tags

Build = Callable[..., Iterator[Any]]


def say_languages() -> None:
    """Let every element whose language is another than the document's say so, from now on in this process."""
    build = tags._build_box_tree  # noqa: SLF001  # the one place where what is laid out becomes a tagged element
    if not hasattr(build, "says_languages"):
        tags._build_box_tree = _saying(build)  # noqa: SLF001


def _saying(build: Build) -> Build:
    """Wrap the builder of the tagged tree, which calls itself by its name for whatever lies within a box."""

    def built(box: Any, parent: Any, pdf: Any, *rest: Any) -> Iterator[Any]:
        for element in build(box, parent, pdf, *rest):
            spoken = box.style["lang"]
            if spoken and "Lang" not in element and spoken != pdf.catalog["Lang"].string:
                element["Lang"] = pydyf.String(spoken)
            yield element

    built.says_languages = True  # type: ignore[attr-defined]
    return built
