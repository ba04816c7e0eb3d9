"""What does the form cost on which signing begins? Beside the bare page of 25 rows."""

from __future__ import annotations

from benchmarks.measuring import Figure, in_turns, ratio_figure, request
from benchmarks.sample import bare, newest_rows, site

GOAL = 0.7
ANSWERS = (
    "organisation_form=network&sse_members=all&acts_for_sse=yes&is_sse=yes"
    "&international_dimension=yes&independent=yes&surplus_reinvested=yes"
)
FORM = f"/en/charters/icsse-charter/sign/organisation?{ANSWERS}"


def measure() -> list[Figure]:
    """Ask both for their page in turns."""
    with site(25) as app:
        ours, anchor = request(app, FORM), request(bare(newest_rows(app)), "/page")
        status, body = ours()
        assert status == "200 OK"
        assert b'name="official_name"' in body
        seconds = in_turns(ours, anchor, calls=200)
    return [ratio_figure("sign form", ours=seconds[0], anchor=seconds[1], goal=GOAL)]
