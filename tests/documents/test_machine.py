"""Does the machine say what it lacks, with the line that mends it?"""

from __future__ import annotations

from pathlib import Path

import pytest

from coalition import machine


def test_machine_when_everything_is_there_lacks_nothing() -> None:
    assert machine.missing_for_documents() == []


def test_machine_when_libraries_and_fonts_are_gone_names_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        machine, "LIBRARIES", [(what, f"gone-{library}", package) for what, library, package in machine.LIBRARIES]
    )
    monkeypatch.setattr(
        machine, "FONTS", [(what, Path("/gone") / file.name, package) for what, file, package in machine.FONTS]
    )
    lacking = machine.missing_for_documents()
    packages = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-noto-cjk"
    assert machine.mending_line(lacking) == f"apt-get install {packages}"
    assert lacking[0].mend == "apt-get install libpango-1.0-0"
    assert lacking[0].what == "the Pango library"
