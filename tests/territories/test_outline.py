"""The small map has a place for every country, inside its frame."""

from __future__ import annotations

from coalition.territories import names, outline


def test_outline_when_asked_has_a_place_for_every_inhabited_country() -> None:
    missing = {code for code in names.names("en") if outline.point(code) is None}
    assert missing == {"AQ", "BV", "UM"}
    places = [outline.point(code) for code in names.names("en")]
    assert all(0 <= x <= outline.WIDTH and 0 <= y <= outline.HEIGHT for x, y in filter(None, places))
    assert outline.land().startswith("M")
