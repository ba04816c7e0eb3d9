"""Small pictures of names as they were drawn when somebody looked at them, one a script; to be made anew by hand.

python -m tests.documents.pictures   draws them again: look at each before it is kept.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from coalition.documents import rendering
from tests.documents.names import SCRIPTS
from tests.factories import documents
from tests.fixtures.apps import build

FOLDER = Path(__file__).with_name("pictures")
NAME_BOX = (0.07, 0.38, 0.93, 0.62)  # of the page: left, top, right, bottom
DOTS_PER_INCH = 50
SHADES, LIGHTEST = 8, 150


def picture(pdf: bytes) -> Image.Image:
    """Return the part of the page where the name stands, in grey."""
    words = ["pdftoppm", "-r", str(DOTS_PER_INCH), "-gray", "-singlefile"]
    done = subprocess.run(words, input=pdf, capture_output=True, check=True)
    page = Image.open(io.BytesIO(done.stdout))
    return page.crop(tuple(round(part * size) for part, size in zip(NAME_BOX, page.size * 2, strict=True)))  # type: ignore[arg-type]


def difference(drawn: Image.Image, kept: Image.Image) -> float:
    """Return how much ink stands elsewhere, as a part of the kept picture's: no two renderers smooth alike."""
    one, other = (_ink(image) for image in (drawn, kept))
    away = ImageChops.difference(one, other)
    return _sum(away) / max(_sum(other), 1)


def keep(script: str, drawn: Image.Image) -> None:
    """Keep the picture of a script, without the pale seal behind its letters."""
    drawn.point(lambda shade: shade if shade < LIGHTEST else 255).quantize(SHADES).save(
        FOLDER / f"{script}.png", optimize=True
    )


def kept(script: str) -> Image.Image:
    """Return the picture that was kept of a script."""
    return Image.open(FOLDER / f"{script}.png").convert("L")


def _ink(image: Image.Image) -> Image.Image:
    """Return the dark of a picture alone, a little smoothed: the pale seal behind the letters is none."""
    return image.point(lambda shade: max(0, LIGHTEST - shade)).filter(ImageFilter.BoxBlur(1))


def _sum(image: Image.Image) -> int:
    return sum(shade * count for shade, count in enumerate(image.histogram()))


def main() -> None:
    """Draw every script's name anew and keep the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        app = build(f"sqlite:///{folder}/none.sqlite3", Path(folder))
        for script, (name, latin, country) in SCRIPTS.items():
            with app.app_context():
                order = documents.order(documents.certificate(organisation=name, latin_name=latin, country=country))
            keep(script, picture(rendering.render(order)))


if __name__ == "__main__":
    main()
