"""How large may a request be? Small, unless its view says otherwise.

Asked before anything reads the body: the check of the CSRF token, which stands in the body, would refuse it otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
MARK = "largest_body"
DRAIN_BYTES, DRAIN_SECONDS, CHUNK = 400 * 1024 * 1024, 15.0, 1024 * 1024


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


def drain() -> None:
    """Read what is still on its way of a request that was refused: a browser that is cut off shows no answer at all.

    Only so much and for so long: beyond that, whoever sends is left to themselves.
    """
    stream, ends = request.environ["wsgi.input"], monotonic() + DRAIN_SECONDS
    length = min(request.content_length or 0, DRAIN_BYTES)
    while length > 0 and monotonic() < ends and (read := stream.read(min(length, CHUNK))):
        length -= len(read)
