"""Is text of any script drawn with a font that has it, in its own direction, and broken where it may be?"""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

from coalition.register import lettering
from coalition.register.lettering import Lettering

NAMES = {
    "LATIN": "Liên minh Hợp tác xã Đà Nẵng (2020)",
    "GREEK": "Δίκτυο Αλληλέγγυας Οικονομίας",
    "CYRILLIC": "Союз кооперативов",
    "ARABIC": "شبكة تعاونيات المتوسط",
    "ARMENIAN": "Կոոպերատիվների միություն",
    "BENGALI": "সমবায় সমিতি",
    "DEVANAGARI": "सहकारी समिति",
    "ETHIOPIC": "የኅብረት ሥራ ማኅበራት",
    "GEORGIAN": "კოოპერატივების კავშირი",
    "GUJARATI": "સહકારી મંડળી",
    "GURMUKHI": "ਸਹਿਕਾਰੀ ਸਭਾ",
    "HEBREW": "רשת הקואופרטיבים",
    "KANNADA": "ಸಹಕಾರ ಸಂಘ",
    "KHMER": "សហគមន៍កសិកម្ម",
    "LAO": "ສະຫະກອນ",
    "MALAYALAM": "സഹകരണ സംഘം",
    "MYANMAR": "သမဝါယမ အသင်း",
    "ORIYA": "ସମବାୟ ସମିତି",
    "SINHALA": "සමූපකාර සමිතිය",
    "TAMIL": "கூட்டுறவு சங்கம்",
    "TELUGU": "సహకార సంఘం",
    "THAI": "เครือข่ายสหกรณ์ไทย",
    "TIBETAN": "མཉམ་ལས་ཁང",
    "HANGUL": "연대경제 협동조합연합",
    "CJK": "社会連帯経済",
}


def test_font_of_every_script_stands_in_the_table_and_on_the_machine() -> None:
    assert set(lettering.FILES) < set(NAMES)
    missing = [one for one in lettering.FILES.values() if not (lettering.NOTO / f"{one}-Bold.ttf").exists()]
    assert (missing, lettering.CJK.exists()) == ([], True)


@pytest.mark.parametrize("script", NAMES)
def test_name_when_drawn_finds_each_letter_in_its_font(script: str) -> None:
    face = Lettering(20)
    lacking = []
    for found, run in lettering._runs(NAMES[script]):
        font = face._font(found)
        with TTFont(font.path, fontNumber=0, lazy=True) as file:
            known = file.getBestCmap()
        lacking += [letter for letter in run if ord(letter) not in known]
    assert lacking == []
    assert face.width(NAMES[script]) > 0


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        (
            "شبكة SSE (عمّان)",
            [("ARABIC", "شبكة"), ("", " "), ("LATIN", "SSE"), ("", " ("), ("ARABIC", "عمّان"), ("", ")")],
        ),
        ("شبكة SSE Network", [("ARABIC", "شبكة"), ("", " "), ("LATIN", "SSE Network")]),
        ("シンク（連帯）2", [("KATAKANA", "シンク"), ("FULLWIDTH", "（"), ("CJK", "連帯"), ("FULLWIDTH", "）2")]),
        ("2020", [("", "2020")]),
        ("", []),
    ],
)
def test_text_when_of_several_scripts_is_cut_into_runs(text: str, runs: list[tuple[str, str]]) -> None:
    assert list(lettering._runs(text)) == runs


def test_line_when_it_runs_from_right_to_left_ends_where_its_width_says() -> None:
    picture = Image.new("L", (400, 60))
    face, text = Lettering(30), "שלום SSE"
    face.draw(ImageDraw.Draw(picture), (0, 45), text, fill="white")
    left, _, right, _ = picture.getbbox() or (0, 0, 0, 0)
    assert 0 <= left < 10
    assert abs(right - face.width(text)) < 6
    latin = face.width("SSE")
    assert picture.crop((0, 0, int(latin), 60)).getbbox() is not None


def test_lines_when_broken_fit_and_hold_every_word() -> None:
    face = Lettering(30)
    found = face.lines("Federation of Cooperatives and Mutual Societies", room=300)
    assert " ".join(found) == "Federation of Cooperatives and Mutual Societies"
    assert all(face.width(line) <= 300 for line in found)
    assert "".join(face.lines("社会連帯経済推進機構", room=120)) == "社会連帯経済推進機構"
    assert face.lines("Genossenschaftsverband", room=50) == ["Genossenschaftsverband"]


def test_han_letters_when_of_another_country_are_drawn_in_its_shapes() -> None:
    def shape(country: str) -> bytes:
        picture = Image.new("L", (60, 60))
        Lettering(40, country=country).draw(ImageDraw.Draw(picture), (5, 45), "骨", fill="white")
        return picture.tobytes()

    assert len({shape("JP"), shape("CN"), shape("TW")}) >= 2
    assert shape("") == shape("CN")


def test_font_when_the_machine_has_none_is_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    lettering._loaded.cache_clear()
    monkeypatch.setattr(lettering, "NOTO", Path("/nowhere"))
    assert Lettering(20).width("Réseau") > 0
    assert Lettering(20)._font("LATIN").getname() == ("Alegreya", "Bold")
    lettering._loaded.cache_clear()
