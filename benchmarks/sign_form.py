"""What does the form cost on which signing begins? Beside the bare page of 25 rows."""

from __future__ import annotations

from benchmarks.measuring import Figure
from benchmarks.pages import running

ANSWERS = (
    "organisation_form=network&sse_members=all&acts_for_sse=yes&is_sse=yes"
    "&international_dimension=yes&independent=yes&surplus_reinvested=yes"
)
FORM = f"/en/charters/icsse-charter/sign/organisation?{ANSWERS}"


def measure() -> list[Figure]:
    """Ask for the form as an organisation reaches it from the result of the questions."""
    with running(25) as pair:
        assert b'name="official_name"' in pair.ours.get(FORM)
        return [pair.compare("sign form", path=FORM, anchor="/page", goal=0.7)]
