"""How large may a request be? Small, unless its view says otherwise.

Asked before anything reads the body: the check of the CSRF token, which stands in the body, would refuse it otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
MARK = "largest_body"


def accepts_up_to(size: Callable[[Mapping[str, Any]], int]) -> Callable[[View], View]:
    """Let a view take bodies of so many bytes; `size` reads them from the settings."""

    def marked(view: View) -> View:
        setattr(view, MARK, size)
        return view

    return marked


def install(app: Flask) -> None:
    """Widen the limit for the views that ask for it. To be called before the CSRF check is installed."""
    app.before_request(_widen)


def _widen() -> None:
    size = getattr(current_app.view_functions.get(request.endpoint or ""), MARK, None)
    if size is not None:
        request.max_content_length = size(current_app.config)
