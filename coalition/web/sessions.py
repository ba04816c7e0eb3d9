"""When is a browser's signed cookie believed? Also where the clocks of the machines of one site differ a little.

What the cookie carries belongs to those who put it there.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from coalition import clock

SKEW_SECONDS = 60


class PatientSigner(TimestampSigner):
    """Believes a signature from a clock that is ahead of ours; the library's own takes it for one of the future."""

    def unsign(self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Return the value, with its time where that is asked for. Raises BadSignature."""
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        age = (clock.now() - signed_at).total_seconds()
        if max_age is not None and not -SKEW_SECONDS <= age <= max_age:
            raise SignatureExpired("the time of this cookie is over or has not begun", value, signed_at)
        return (value, signed_at) if return_timestamp else value


class Sessions(SecureCookieSessionInterface):
    """Flask's own, with that patience."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie."""
        made = super().get_signing_serializer(app)
        if made is not None:
            made.signer = PatientSigner
        return made


def install(app: Flask) -> None:
    """Let `app` read its cookies so."""
    app.session_interface = Sessions()
