from __future__ import annotations

import random
import re
import string
from collections.abc import MutableMapping
from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer

from coalition import tokens
from coalition.errors import NotFound
from coalition.tokens import Purpose, TokenBroken

pytestmark = pytest.mark.one_database

CLAIM = "kY2-3vQ_x0aZ"
URL_SAFE = string.ascii_letters + string.digits + "-_"


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("claim", [CLAIM, "", "Réseau 財団", "a:b.c"])
def test_token_when_read_for_its_purpose_gives_its_claim(app: Flask, purpose: Purpose, claim: str) -> None:
    assert tokens.read(purpose, tokens.sign(purpose, claim)) == claim


@pytest.mark.parametrize(("made_for", "tried_for"), list(permutations(Purpose, 2)))
def test_token_of_one_purpose_opens_no_other_door(app: Flask, made_for: Purpose, tried_for: Purpose) -> None:
    with pytest.raises(TokenBroken):
        tokens.read(tried_for, tokens.sign(made_for, CLAIM))


def test_token_in_an_address_needs_no_escaping(app: Flask) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", tokens.sign(Purpose.CONFIRM, "Réseau / ?&#"))


def test_token_that_was_cut_anywhere_is_broken(app: Flask) -> None:
    token = tokens.sign(Purpose.CONFIRM, CLAIM)
    for length in range(len(token)):
        with pytest.raises(TokenBroken):
            tokens.read(Purpose.CONFIRM, token[:length])


def test_token_with_any_character_changed_before_the_last_is_broken(app: Flask) -> None:
    token = tokens.sign(Purpose.CONFIRM, CLAIM)
    for place in range(len(token) - 1):
        for other in {"A", "z", "."} - {token[place]}:
            with pytest.raises(TokenBroken):
                tokens.read(Purpose.CONFIRM, f"{token[:place]}{other}{token[place + 1 :]}")


def test_token_under_three_other_last_characters_is_the_same_claim(app: Flask) -> None:
    """Why single use is judged by the row: four strings are one token. Decision 4."""
    token = tokens.sign(Purpose.CONFIRM, CLAIM)
    accepted = []
    for last in URL_SAFE:
        try:
            claim = tokens.read(Purpose.CONFIRM, token[:-1] + last)
        except TokenBroken:
            continue
        accepted.append((last, claim))
    assert [claim for _, claim in accepted] == [CLAIM] * 4
    assert token[-1] in [last for last, _ in accepted]


@pytest.mark.parametrize(
    "hostile", ["", ".", "..", "a.b", "%00", "\x00", "é.é", "財団", "\ud800", " ", "../../etc/passwd", "a" * 512]
)
def test_token_that_is_none_is_broken(app: Flask, hostile: str) -> None:
    with pytest.raises(TokenBroken):
        tokens.read(Purpose.CONFIRM, hostile)


def test_token_longer_than_any_of_ours_is_broken_even_with_a_good_signature(app: Flask) -> None:
    long = tokens.sign(Purpose.CONFIRM, "".join(tokens.new_code(8) for _ in range(100)))
    assert len(long) > tokens.LONGEST
    with pytest.raises(TokenBroken):
        tokens.read(Purpose.CONFIRM, long)


def test_token_as_long_as_a_token_may_be_is_read(app: Flask) -> None:
    chance = random.Random(1)
    claims = ("".join(chance.choices(URL_SAFE, k=size)) for size in range(350, 520) for _ in range(8))
    claim = next(claim for claim in claims if len(tokens.sign(Purpose.CONFIRM, claim)) == tokens.LONGEST)
    assert tokens.read(Purpose.CONFIRM, tokens.sign(Purpose.CONFIRM, claim)) == claim


def test_token_that_carries_anything_but_text_is_broken(app: Flask) -> None:
    signer = URLSafeSerializer(app.config["SECRET_KEY"], salt="coalition.confirm")
    with pytest.raises(TokenBroken):
        tokens.read(Purpose.CONFIRM, str(signer.dumps({"claim": CLAIM})))


def test_token_of_an_older_secret_when_secrets_rotate_still_opens(settings: MutableMapping[str, Any]) -> None:
    settings["SECRET_KEYS"] = ("old" * 12,)
    old = tokens.sign(Purpose.MANAGE, CLAIM)
    settings["SECRET_KEYS"] = ("new" * 12, "old" * 12)
    assert tokens.read(Purpose.MANAGE, old) == CLAIM
    new = tokens.sign(Purpose.MANAGE, CLAIM)
    settings["SECRET_KEYS"] = ("new" * 12,)
    assert tokens.read(Purpose.MANAGE, new) == CLAIM
    with pytest.raises(TokenBroken):
        tokens.read(Purpose.MANAGE, old)


def test_token_of_another_installation_is_broken(settings: MutableMapping[str, Any]) -> None:
    token = tokens.sign(Purpose.CONFIRM, CLAIM)
    settings["SECRET_KEYS"] = ("theirs" * 6,)
    with pytest.raises(TokenBroken):
        tokens.read(Purpose.CONFIRM, token)


def test_broken_token_when_told_says_what_to_do(app: Flask) -> None:
    error = TokenBroken()
    assert isinstance(error, NotFound)
    assert str(error) == "This link is incomplete or has a mistake in it. Copy the whole address from the mail."


def test_public_ids_when_made_are_random_and_fit_an_address() -> None:
    made = [tokens.new_public_id() for _ in range(500)]
    assert len(set(made)) == 500
    assert {len(one) for one in made} == {22}
    assert set("".join(made)) <= set(URL_SAFE)


def test_codes_when_made_hold_letters_that_nobody_confuses() -> None:
    made = "".join(tokens.new_code(12) for _ in range(500))
    assert len(made) == 6000
    assert set(made) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
