"""What does a page cost where it is served? Beside Flask and Jinja alone under the same server, in one run.

Both are gunicorn with one process; counted is the CPU time that this process spends on a request, so that neither the
client nor other work on the machine takes part.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from benchmarks.measuring import Figure, in_turns, ratio_figure
from benchmarks.running import COALITION, Site
from benchmarks.sample import first_page, site

CALLS = 400


@dataclass(frozen=True)
class Pair:
    """The site and the anchor, both running; `app` is the site in this process, on the same data."""

    app: Flask
    ours: Site
    anchor: Site

    @contextmanager
    def beside_django(self) -> Iterator[Pair]:
        """Run the register page's twin by Django in the anchor's place."""
        folder: Path = self.app.config["DATA_DIR"]
        database = str(self.app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///")
        words = [sys.executable, "-m", "benchmarks.django_twin", "{port}", str(folder / "bare.json"), database]
        twin = Site(words, folder)
        try:
            twin.start("/page")
            yield Pair(self.app, self.ours, twin)
        finally:
            twin.stop()

    def compare(
        self, name: str, *, path: str, anchor: str, goal: float, headers: dict[str, str] | None = None
    ) -> Figure:
        """Ask the site for `path` and the anchor for its own, in turns."""

        def cost(of: Site, what: str, sent: dict[str, str]) -> Callable[[], float]:
            return lambda: of.cpu_of_requests(what, sent, calls=CALLS)

        ours, anchors = in_turns(cost(self.ours, path, headers or {}), cost(self.anchor, anchor, {}))
        return ratio_figure(name, ours=ours, anchor=anchors, goal=goal)


@contextmanager
def running(entries: int, **settings: Any) -> Iterator[Pair]:
    """Run the site with so many entries, and the anchor with the site's first page; `settings` are of this process."""
    with site(entries, **settings) as app:
        folder: Path = app.config["DATA_DIR"]
        html, rows = first_page(app)
        sample = folder / "bare.json"
        sample.write_text(json.dumps({"html": html, "rows": rows}), "utf-8")
        ours = Site([*COALITION, "serve", "--workers", "1"], folder)
        anchor = Site([sys.executable, "-m", "benchmarks.bare", "{port}", str(sample)], folder)
        try:
            ours.start()
            anchor.start("/word")
            assert abs(len(anchor.get("/page")) - len(ours.get("/en/register/"))) < 200
            yield Pair(app, ours, anchor)
        finally:
            ours.stop()
            anchor.stop()
