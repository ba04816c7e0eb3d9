"""Passwords, codes and tokens as values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from coalition.accounts import credentials
from coalition.accounts.credentials import PasswordFault

PROFILE = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("plum river lantern", None),
        ("x" * 11, PasswordFault.LENGTH),
        ("ab12 " * 41, PasswordFault.LENGTH),
        ("aaaaaaaaaaaaaaaa", PasswordFault.GUESSABLE),
        ("ADA.LOVELACE@coalition.example", PasswordFault.GUESSABLE),
        ("ada.lovelace", PasswordFault.GUESSABLE),
        ("Ada Lovelace", PasswordFault.GUESSABLE),
        ("密码是河流和灯笼的故事啊", None),
    ],
)
def test_password_when_new_is_judged(password: str, fault: PasswordFault | None) -> None:
    found = credentials.password_fault(password, email="ada.lovelace@coalition.example", name="Ada Lovelace")
    assert found is fault


def test_password_when_hashed_is_argon2id_and_found_again() -> None:
    kept = credentials.hash_password("plum river lantern", PROFILE)
    assert kept.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert credentials.is_password("plum river lantern", kept, PROFILE) is True
    assert credentials.is_password("plum river lanterns", kept, PROFILE) is False


def test_password_when_nothing_is_kept_costs_a_hash_and_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    hasher = credentials._hasher(**PROFILE)
    real = type(hasher).verify
    monkeypatch.setattr(
        type(hasher), "verify", lambda self, kept, typed: verified.append(kept) or real(self, kept, typed)
    )
    assert credentials.is_password("plum river lantern", None, PROFILE) is False
    assert [kept.split("$")[3] for kept in verified] == ["m=8,t=1,p=1"]


def test_password_when_what_is_kept_is_no_hash_is_wrong() -> None:
    assert credentials.is_password("plum river lantern", "not a hash", PROFILE) is False


@pytest.mark.parametrize(("seconds", "accepted"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_code_when_early_or_late_is_accepted_by_one_step(seconds: int, accepted: bool) -> None:
    code = pyotp.TOTP(SECRET).at(NOON + timedelta(seconds=seconds))
    step = credentials.matching_step(SECRET, f" {code[:3]} {code[3:]} ", NOON)
    assert step == ((int(NOON.timestamp()) + seconds) // 30 if accepted else None)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "\x00", "9" * 50])
def test_code_when_not_one_is_refused(code: str) -> None:
    assert credentials.matching_step(SECRET, code, NOON) is None


def test_enrolment_address_when_read_by_an_authenticator_carries_the_secret() -> None:
    address = urlsplit(credentials.enrolment_address(SECRET, email="ada@coalition.example", site="coalition.test"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert address.path == "/coalition.test:ada%40coalition.example"
    assert parse_qs(address.query) == {"secret": [SECRET], "issuer": ["coalition.test"]}


def test_enrolment_picture_when_made_is_an_image_that_the_policy_allows() -> None:
    assert credentials.enrolment_picture("otpauth://totp/x").startswith("data:image/svg+xml")


def test_secrets_and_tokens_when_made_are_long_and_never_the_same() -> None:
    assert len(credentials.new_secret()) == 32
    assert len({credentials.new_token() for _ in range(50)}) == 50
    assert len(credentials.new_token()) == 43


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (" Ada@Coalition.Example ", "ada@coalition.example"),
        ("e\u0301@x.org", "é@x.org"),
        ("a\x00\u202eb@x.org", "ab@x.org"),
    ],
)
def test_address_when_compared_has_one_form(typed: str, key: str) -> None:
    assert credentials.email_key(typed) == key
