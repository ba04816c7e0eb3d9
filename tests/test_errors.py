from __future__ import annotations

import pytest

from coalition import errors
from coalition.errors import DomainError, mark

KINDS = (
    errors.NotFound,
    errors.Conflict,
    errors.Refused,
    errors.TooMany,
    errors.Invalid,
    errors.Unavailable,
)


def test_mark_when_called_changes_nothing() -> None:
    assert mark("Wait for %(what)s.") == "Wait for %(what)s."


@pytest.mark.parametrize("kind", KINDS)
def test_error_with_values_says_them_in_english(kind: type[DomainError]) -> None:
    error = kind(mark("Wait for %(what)s, %(count)d times."), what="Pango", count=2)
    assert str(error) == "Wait for Pango, 2 times."
    assert error.values == {"what": "Pango", "count": 2}
    assert isinstance(error, DomainError)


def test_error_without_values_keeps_a_percent_sign() -> None:
    assert str(errors.Invalid("100 % of it")) == "100 % of it"


def test_error_without_a_sentence_says_nothing() -> None:
    assert str(errors.NotFound()) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_error_of_one_kind_is_no_other(kind: type[DomainError]) -> None:
    assert [other for other in KINDS if issubclass(kind, other)] == [kind]
