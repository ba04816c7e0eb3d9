"""The platform on which organisations sign a common charter."""

from typing import Any

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """Load the application when it is asked for: a process that only draws documents never needs it."""
    if name == "create_app":
        from coalition.app import create_app

        return create_app
    raise AttributeError(name)
