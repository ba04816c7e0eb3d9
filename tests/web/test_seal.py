"""Is the seal the same for the same text, another for another, and safe to put on a page?"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from markupsafe import Markup

from coalition.web.seal import rings, seal_image, seal_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_seal_when_drawn_twice_is_the_same_and_of_another_text_another() -> None:
    assert seal_svg("a", uid="s", size=200) == seal_svg("a", uid="s", size=200)
    assert seal_svg("a", uid="s", size=200) != seal_svg("b", uid="s", size=200)


def test_seal_when_drawn_has_as_many_strands_in_each_ring_as_asked_for() -> None:
    for strands in (5, 8):
        outer, inner = ET.fromstring(seal_image("a", outer="#000", inner="#111", width=1, strands=strands))[0]
        assert [len(list(ring)) for ring in (outer, inner)] == [strands, strands]


def test_seal_when_drawn_stays_within_its_circle() -> None:
    for number in range(200):
        outer, inner = rings(str(number))
        assert outer.radius + outer.height <= 97
        assert inner.radius + inner.height < outer.radius - outer.height + 10
        assert inner.radius - inner.height > 30  # the open centre


def test_seal_when_it_decorates_is_hidden_from_a_screen_reader_and_else_named() -> None:
    assert 'aria-hidden="true"' in seal_svg("a", uid="s", size=200)
    named = seal_svg("a", uid="s", size=200, label='Seal "of" <Ada>')
    assert 'role="img" aria-label="Seal &#34;of&#34; &lt;Ada&gt;"' in named
    assert "aria-hidden" not in named


def test_seal_when_given_a_centre_escapes_what_is_no_markup() -> None:
    assert "&lt;b&gt;" in seal_svg("a", uid="s", size=200, centre="<b>")
    assert "<text>42</text>" in seal_svg("a", uid="s", size=200, centre=Markup("<text>42</text>"))


def test_seal_image_when_read_stands_on_its_own() -> None:
    image = ET.fromstring(seal_image("a", outer="#b07612", inner="#8a4d96", width=0.75))
    assert image.tag == f"{SVG}svg"
    assert [ring.get("stroke") for ring in image[0]] == ["#b07612", "#8a4d96"]
