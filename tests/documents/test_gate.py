"""Is every document in every script whole for archives, screen readers, readers and eyes?"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from coalition.certificates.content import DocumentContent
from tests.documents import pictures
from tests.documents.gate import faults_of
from tests.documents.names import SCRIPTS
from tests.factories import documents

pytestmark = pytest.mark.pdf
Seal = Callable[[DocumentContent], bytes]
KINDS = {"certificate": documents.certificate, "receipt": documents.receipt, "extract": documents.extract}
MOST_AWAY = 0.15
LARGEST_LATIN, LARGEST = 60_000, 200_000


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("kind", KINDS)
def test_document_when_sealed_is_whole_in_every_script(seal: Seal, tmp_path: Path, kind: str, script: str) -> None:
    name, latin, country = SCRIPTS[script]
    sealed = seal(KINDS[kind](organisation=name, latin_name=latin, country=country))
    assert faults_of(sealed, language="en") == []
    (tmp_path / "file.pdf").write_bytes(sealed)
    told = subprocess.run(
        ["pdfsig", "-nocert", str(tmp_path / "file.pdf")], capture_output=True, text=True, check=True
    ).stdout
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    assert len(sealed) < (LARGEST_LATIN if script == "latin" else LARGEST)


@pytest.mark.parametrize("script", SCRIPTS)
def test_name_when_drawn_looks_as_it_did_when_somebody_looked(
    rendered: Callable[[DocumentContent], bytes], script: str
) -> None:
    """Text may be extracted right and drawn wrong: the picture is compared with one that was looked at."""
    name, latin, country = SCRIPTS[script]
    drawn = pictures.picture(rendered(documents.certificate(organisation=name, latin_name=latin, country=country)))
    assert pictures.difference(drawn, pictures.kept(script)) < MOST_AWAY


def test_picture_when_letters_are_missing_is_told_from_the_one_that_was_kept(
    rendered: Callable[[DocumentContent], bytes],
) -> None:
    name, latin, country = SCRIPTS["bengali"]
    wrong = documents.certificate(organisation=name[:-2], latin_name=latin, country=country)
    assert pictures.difference(pictures.picture(rendered(wrong)), pictures.kept("bengali")) > 2 * MOST_AWAY
