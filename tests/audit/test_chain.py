from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone

from coalition.audit import chain
from coalition.audit.chain import Fields

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIELDS = Fields(7, AT, "officer", "ada-1", "decline", "signature:é", "in_review", "declined", None)
LINE = (
    '{"act":"decline","actor_id":"ada-1","actor_kind":"officer","at":"2026-03-02T09:00:00.000000+00:00",'
    '"from_state":"in_review","id":7,"reason":null,"subject":"signature:é","to_state":"declined"}'
)
SALT = "ab" * 32


def test_line_when_written_has_one_form() -> None:
    assert chain.line_of(FIELDS) == LINE


def test_line_with_microseconds_keeps_them() -> None:
    later = FIELDS._replace(at=AT + timedelta(microseconds=5))
    assert '"at":"2026-03-02T09:00:00.000005+00:00"' in chain.line_of(later)


def test_commitment_when_made_is_the_digest_of_mark_salt_and_line() -> None:
    expected = hashlib.sha256(b"\x00" + bytes.fromhex(SALT) + LINE.encode()).hexdigest()
    assert chain.commitment_of(LINE, salt=SALT) == expected


def test_head_when_one_more_is_added_is_the_digest_of_mark_head_and_commitment() -> None:
    expected = hashlib.sha256(b"\x01" + bytes(32) + b"\x11" * 32).hexdigest()
    assert chain.head_after(chain.GENESIS, commitment="11" * 32) == expected


def test_links_when_made_follow_one_another() -> None:
    second = FIELDS._replace(id=9)
    found = list(chain.links_after([(FIELDS, SALT), (second, "cd" * 32)], number=4, head="22" * 32))
    assert [(link.number, link.record_id, link.salt, link.line) for link in found] == [
        (5, 7, SALT, LINE),
        (6, 9, "cd" * 32, chain.line_of(second)),
    ]
    assert found[0].head == chain.head_after("22" * 32, commitment=chain.commitment_of(LINE, salt=SALT))
    assert found[1].head == chain.head_after(found[0].head, commitment=found[1].commitment)


def test_forgotten_line_when_left_says_when_and_nothing_else() -> None:
    moment = AT.astimezone(timezone(timedelta(hours=2)))
    assert chain.forgotten(FIELDS, at=moment) == Fields(7, AT, "", None, "forgotten", "", None, None, None)


def test_line_of_the_log_when_acted_on_is_named_by_its_number() -> None:
    assert chain.subject_of(12) == "audit:12"
