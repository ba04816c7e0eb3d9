"""How is what happens written down? One line an event on stderr: JSON in production, plain text elsewhere.

No line holds a token, an address or a password: requests' paths are not logged, because mailed links stand in them.
"""

from __future__ import annotations

import logging
import sys

import structlog
from flask import Flask

SHARED = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def install(app: Flask) -> None:
    """Let every logger of the process write so; the test-suite keeps its own handlers."""
    if app.testing:
        return
    in_production = app.config["ENVIRONMENT"] == "production"
    last = (
        (structlog.processors.format_exc_info, structlog.processors.JSONRenderer())
        if in_production
        else (structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if in_production else logging.WARNING)
    for chatty in ("alembic", "weasyprint", "fontTools", "pyhanko"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
