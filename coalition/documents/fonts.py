"""With which fonts are documents set? One configuration per process, from our own list, kept warm.

Must be imported before WeasyPrint reads the machine's list. Which family sets which text is the sheet's business.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

CONFIGURATION = Path(__file__).with_name("fonts.conf")

os.environ["FONTCONFIG_FILE"] = str(CONFIGURATION)

from weasyprint.text.fonts import FontConfiguration  # noqa: E402  # the list above must stand first


@cache
def font_configuration() -> FontConfiguration:
    """Return the process's font configuration; sharing it between two threads aborts the process."""
    return FontConfiguration()
