"""What is kept of a picture: its pixels, upright and readable, and nothing else of the file that was sent."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from coalition.signing import pictures
from coalition.signing.pictures import JPEG, PNG, WEBP, Busy, TooManyPixels, Unreadable, kept
from tests.factories.pictures import (
    SECRET,
    halves,
    photograph,
    png_of_size,
    webp_of_size,
    with_exif,
    written,
)


def opened(picture: pictures.Picture) -> Image.Image:
    with Image.open(BytesIO(picture.data)) as found:
        found.load()
        return found


def corner(picture: pictures.Picture, x: int, y: int) -> str:
    grey = opened(picture).convert("L").getpixel((x, y))
    return "black" if grey < 60 else "white" if grey > 200 else f"grey {grey}"


def test_photograph_when_of_twelve_million_pixels_is_made_smaller() -> None:
    sent = photograph()
    made = kept(sent, JPEG)
    assert (made.media_type, opened(made).size, len(made.data) < 0.6 * len(sent)) == (JPEG, (2400, 1800), True)


@pytest.mark.parametrize(
    ("orientation", "size", "black"),
    [
        (1, (60, 40), (5, 20)),
        (2, (60, 40), (55, 20)),
        (3, (60, 40), (55, 20)),
        (4, (60, 40), (5, 20)),
        (5, (40, 60), (20, 5)),
        (6, (40, 60), (20, 5)),
        (7, (40, 60), (20, 55)),
        (8, (40, 60), (20, 55)),
        (99, (60, 40), (5, 20)),
    ],
)
def test_photograph_when_the_camera_was_turned_is_kept_upright(orientation: int, size: tuple, black: tuple) -> None:
    made = kept(with_exif(halves(), orientation=orientation), JPEG)
    assert (opened(made).size, corner(made, *black)) == (size, "black")


def test_photograph_when_it_says_where_it_was_taken_is_kept_without() -> None:
    sent = with_exif(halves())
    made = kept(sent, JPEG)
    assert SECRET in sent
    assert SECRET not in made.data
    assert b"Exif" not in made.data
    assert dict(opened(made).getexif()) == {}


def test_photograph_when_the_camera_s_notes_are_damaged_is_kept_as_it_lies() -> None:
    sent = with_exif(halves(), orientation=6).replace(b"Exif\0\0", b"Exif\0\0\xff\xff\xff")
    assert opened(kept(sent, JPEG)).size == (60, 40)


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x03\x04 an archive", b"%PDF-1.7 a document %%EOF"])
@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", JPEG), ("PNG", PNG), ("WEBP", WEBP)])
def test_picture_when_another_file_hides_behind_it_is_kept_without(tail: bytes, kind: str, media_type: str) -> None:
    assert tail not in kept(written(halves(), kind) + tail, media_type).data


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_png_when_of_any_kind_of_pixels_shows_the_same(mode: str) -> None:
    sent = halves().convert(mode) if mode != "I;16" else halves(mode="L").convert("I").point(lambda v: v * 257)
    made = kept(written(sent.convert("I;16") if mode == "I;16" else sent, "PNG"), PNG)
    assert (made.media_type, corner(made, 5, 20), corner(made, 55, 20)) == (PNG, "black", "white")


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_jpeg_when_of_any_kind_of_pixels_shows_the_same(mode: str) -> None:
    made = kept(written(halves().convert(mode), "JPEG", quality=95), JPEG)
    assert (made.media_type, corner(made, 5, 20), corner(made, 55, 20)) == (JPEG, "black", "white")


def test_png_when_see_through_is_kept_on_white() -> None:
    clear = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    assert corner(kept(written(clear, "PNG"), PNG), 5, 5) == "white"
    named = written(Image.new("P", (60, 40)), "PNG", transparency=0)
    assert corner(kept(named, PNG), 5, 5) == "white"


def test_screenshot_when_larger_than_needed_is_made_smaller_and_stays_without_loss() -> None:
    made = kept(written(halves(4000, 600), "PNG"), PNG)
    assert (made.media_type, opened(made).size) == (PNG, (2400, 360))


def test_scan_when_very_large_is_made_smaller_band_by_band_and_shows_the_same() -> None:
    sent = halves(7200, 3000, mode="RGBA")
    made = opened(kept(written(sent, "PNG"), PNG))
    seen = sent.convert("RGB").resize(made.size)
    assert made.size == (2400, 1000)
    assert max(ImageChops.difference(made.convert("RGB"), seen).resize((60, 40)).getextrema()[0]) < 20


def test_png_when_it_is_a_photograph_becomes_a_jpeg() -> None:
    grain = Image.effect_noise((1800, 1400), 90)
    assert kept(written(Image.merge("RGB", (grain,) * 3), "PNG"), PNG).media_type == JPEG
    patterned = written(Image.effect_noise((2400, 1800), 30), "PNG", compress_level=9)
    assert kept(patterned, PNG).media_type == JPEG


@pytest.mark.parametrize("options", [{}, {"lossless": True}])
def test_webp_when_sent_becomes_a_jpeg_that_every_program_opens(options: dict) -> None:
    made = kept(written(halves(), "WEBP", **options), WEBP)
    assert (made.media_type, opened(made).size, corner(made, 5, 20)) == (JPEG, (60, 40), "black")


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", PNG), ("WEBP", WEBP)])
def test_picture_when_it_moves_is_kept_as_its_first_frame(kind: str, media_type: str) -> None:
    moving = written(halves(), kind, save_all=True, append_images=[Image.new("RGB", (60, 40), "white")], duration=90)
    made = kept(moving, media_type)
    assert (getattr(opened(made), "n_frames", 1), corner(made, 5, 20)) == (1, "black")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (png_of_size(30_000, 30_000), PNG),
        (png_of_size(6_400, 6_400), PNG),
        (webp_of_size(16_000, 16_000), WEBP),
        (png_of_size(5_200, 5_000, colours=6), PNG),
        (written(Image.new("L", (8000, 5500)), "JPEG", progressive=True), JPEG),
    ],
)
def test_picture_when_it_has_too_many_pixels_is_refused_before_it_is_decoded(data: bytes, media_type: str) -> None:
    with pytest.raises(TooManyPixels):
        kept(data, media_type)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>", PNG),
        (b"\xff\xd8\xff" + bytes(4000), JPEG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", WEBP),
        (b"RIFF\x00\x00\x00\x00WEBP", WEBP),
        (written(halves(), "PNG"), JPEG),
        (written(halves(), "JPEG")[:-300], JPEG),
        (written(halves(900, 900), "PNG")[:-200], PNG),
        (png_of_size(500, 500), PNG),
        (png_of_size(0, 500), PNG),
        (webp_of_size(500, 500), WEBP),
    ],
)
def test_picture_when_damaged_is_refused(data: bytes, media_type: str) -> None:
    with pytest.raises(Unreadable):
        kept(data, media_type)


def test_picture_when_others_take_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PATIENCE_SECONDS", 0.01)
    with pictures._one_at_a_time, pytest.raises(Busy):
        kept(written(halves(), "PNG"), PNG)
    assert kept(written(halves(), "PNG"), PNG).media_type == PNG
