"""The platform on which organisations sign a common charter."""

from coalition.app import create_app

__all__ = ["create_app"]
