"""Are the pictures for other sites whole, of the size they promise, and does every name fit into them?"""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from coalition.register import badge, cards
from coalition.register.badge import LOOKS, BadgeWords
from coalition.register.entry import Status

NAMES = [
    "Réseau du Fleuve",
    "شبكة تعاونيات المتوسط (عمّان)",
    "社会連帯経済推進機構",
    "Genossenschaft" * 21,
    "W " * 150,
    "",
]


def words(name: str = "Réseau du Fleuve", coalition: str = "The SSE Charter") -> BadgeWords:
    return BadgeWords(coalition, "Signatory", name, "ICSSE-00042", "as of 22 November 2026")


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("status", LOOKS)
def test_badge_when_drawn_bears_the_colours_of_how_the_entry_stands(status: Status | None) -> None:
    picture = opened(cards.badge_png(words(), status=status, strands=8, country="SN"))
    assert picture.size == (badge.WIDTH * 2, badge.HEIGHT * 2)
    ground = "#{:02x}{:02x}{:02x}".format(*picture.getpixel((300, 20)))
    assert ground == LOOKS[status].ground
    assert picture.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("name", NAMES, ids=["Latin", "Arabic", "Japanese", "one long word", "many words", "none"])
def test_name_when_drawn_stays_in_its_room(name: str) -> None:
    picture = opened(cards.card_png(words(name), status=Status.ACTIVE, strands=8, country=""))
    assert picture.size == (1200, 630)
    without = opened(cards.card_png(words(""), status=Status.ACTIVE, strands=8, country=""))
    box = ImageChops.difference(picture, without).getbbox() or (cards.EDGE, 130, cards.EDGE, 130)
    assert box[0] >= cards.EDGE - 8
    assert box[2] <= cards.EDGE + cards.NAME_ROOM + 8
    assert box[1] >= 112
    assert box[3] <= 480


def test_coalition_when_its_name_is_long_is_cut() -> None:
    long = words(coalition="International Coalition of Social and Solidarity Economy " * 4)
    for data in (
        cards.card_png(long, status=Status.WITHDRAWN, strands=8, country=""),
        cards.badge_png(long, status=Status.WITHDRAWN, strands=8, country=""),
    ):
        picture = opened(data)
        assert picture.crop((picture.width - 20, 30, picture.width - 8, 110)).getcolors(maxcolors=2) is not None


def test_picture_when_drawn_twice_is_the_same() -> None:
    first, second = (cards.card_png(words(), status=Status.SUSPENDED, strands=8, country="SN") for _ in range(2))
    assert first == second
