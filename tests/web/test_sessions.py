from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from itsdangerous import BadSignature, SignatureExpired

from coalition.web.sessions import SKEW_SECONDS, PatientSigner, Sessions
from tests.fixtures.times import MONDAY

pytestmark = pytest.mark.one_database
SECOND = timedelta(seconds=1)
SKEW, HOUR = timedelta(seconds=SKEW_SECONDS), timedelta(hours=1)


@pytest.mark.parametrize("later", [-SKEW, -SECOND, timedelta(), HOUR])
def test_cookie_when_our_clock_is_a_little_behind_or_its_time_is_not_over_is_believed(
    clock: time_machine.Traveller, later: timedelta
) -> None:
    signed = PatientSigner("secret").sign("value")
    clock.move_to(MONDAY + later)
    assert PatientSigner("secret").unsign(signed, max_age=3600) == b"value"
    assert PatientSigner("secret").unsign(signed, max_age=3600, return_timestamp=True) == (b"value", MONDAY)


@pytest.mark.parametrize("later", [-SKEW - SECOND, HOUR + SECOND])
def test_cookie_when_it_comes_from_the_future_or_its_time_is_over_is_not_believed(
    clock: time_machine.Traveller, later: timedelta
) -> None:
    signed = PatientSigner("secret").sign("value")
    clock.move_to(MONDAY + later)
    with pytest.raises(SignatureExpired):
        PatientSigner("secret").unsign(signed, max_age=3600)
    assert PatientSigner("secret").unsign(signed) == b"value"  # where no age was asked for


def test_cookie_when_changed_is_not_believed() -> None:
    with pytest.raises(BadSignature):
        PatientSigner("secret").unsign(PatientSigner("another").sign("value"), max_age=3600)


def test_sessions_when_there_is_no_secret_sign_nothing() -> None:
    assert Sessions().get_signing_serializer(Flask("bare")) is None
