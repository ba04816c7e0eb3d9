"""What the tests of the register share: a second coalition, with fields of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.charters.folders import climate_folder, load_folder


@pytest.fixture
def climate(charter: str, tmp_path: Path) -> str:
    """Load the climate charter beside the built-in one and return its slug."""
    return load_folder(climate_folder(tmp_path)).slug
