"""What does a page cost that the reader holds already? The register's 304 beside a bare route that answers one word."""

from __future__ import annotations

from benchmarks.measuring import Figure, in_turns, ratio_figure, request
from benchmarks.sample import bare, site

GOAL = 0.8
PAGE = "/en/register/"


def measure() -> list[Figure]:
    """Ask for the page with its own ETag, and for the word, in turns."""
    with site(10_000) as app:
        etag = app.test_client().get(PAGE).headers["ETag"]
        ours, anchor = request(app, PAGE, {"If-None-Match": etag}), request(bare([]), "/word")
        assert ours() == ("304 NOT MODIFIED", b"")
        assert anchor() == ("200 OK", b"ok")
        seconds = in_turns(ours, anchor, calls=500)
    return [ratio_figure("register page, 304", ours=seconds[0], anchor=seconds[1], goal=GOAL)]
