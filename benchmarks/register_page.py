"""What does the register's first page cost beside a bare Flask and Jinja page of the same 25 rows? 10,000 entries."""

from __future__ import annotations

from benchmarks.measuring import Figure, in_turns, ratio_figure, request
from benchmarks.sample import bare, newest_rows, site

GOAL = 0.7


def measure() -> list[Figure]:
    """Ask both for their page in turns."""
    with site(10_000) as app:
        rows = newest_rows(app)
        ours, anchor = request(app, "/en/register/"), request(bare(rows), "/page")
        for call in (ours, anchor):
            status, body = call()
            assert status == "200 OK"
            assert sum(row["number"].encode() in body for row in rows) == 25
        seconds = in_turns(ours, anchor, calls=200)
    return [ratio_figure("register page, 10,000 entries", ours=seconds[0], anchor=seconds[1], goal=GOAL)]
