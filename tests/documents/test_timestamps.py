"""Is a timestamp taken from the authority that was meant alone, for these very bytes; is each failure one sentence?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from coalition.documents import sealing, timestamps
from coalition.documents.errors import TimestampMissing
from coalition.documents.keys import SealingKey
from coalition.documents.timestamps import Authority
from tests.factories.authority import TimestampServer, answering

pytestmark = pytest.mark.pdf


@pytest.fixture
def server() -> Iterator[TimestampServer]:
    with answering() as running:
        yield running


@pytest.fixture
def authority(server: TimestampServer) -> Authority:
    return Authority(server.url)


def test_seal_when_dated_bears_the_authoritys_token(
    server: TimestampServer, authority: Authority, sealing_key: SealingKey
) -> None:
    assert authority.introduce() == server.root
    page = sealing._blank_page()
    plain = sealing.seal(page, key=sealing_key, name="x", reason="y")
    dated = sealing.seal(page, key=sealing_key, name="x", reason="y", authority=authority)
    assert len(dated) > len(plain) + 2000
    assert server.asked == 2  # one to learn how large an answer is, one for the seal
    sealing.seal(page, key=sealing_key, name="x", reason="y", authority=authority)
    assert server.asked == 3


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("down", "it answered with status 503"),
        ("junk", "gave no timestamp: ValueError"),
        ("other digest", "its timestamp is not genuine"),
    ],
)
def test_authority_when_it_fails_gives_a_sentence_without_its_address(
    server: TimestampServer, authority: Authority, sealing_key: SealingKey, fault: str, sentence: str
) -> None:
    server.fault = fault
    with pytest.raises(TimestampMissing, match=sentence) as failed:
        sealing.seal(sealing._blank_page(), key=sealing_key, name="x", reason="y", authority=authority)
    assert "The timestamp authority 127.0.0.1" in str(failed.value)
    assert authority.root is None


def test_authority_when_nobody_answers_is_left_alone_for_a_while(clock: time_machine.Traveller) -> None:
    with answering() as running:
        authority = Authority(running.url.replace("http://", "http://user:secret@"))
    with pytest.raises(TimestampMissing, match="no answer") as failed:
        authority.introduce()
    assert "secret" not in str(failed.value)
    with pytest.raises(TimestampMissing, match="it failed less than a minute ago"):
        authority.introduce()
    clock.shift(timedelta(minutes=1))
    with pytest.raises(TimestampMissing, match="no answer"):
        authority.introduce()


def test_authority_when_it_comes_with_another_root_is_refused_until_it_is_accepted(
    server: TimestampServer, authority: Authority
) -> None:
    first = authority.introduce()
    server.be("Another authority")
    with pytest.raises(TimestampMissing, match="does not lead to the root that it had before"):
        timestamps.asyncio.run(authority.async_timestamp(b"0" * 32, "sha256"))
    assert authority.root == first
    assert authority.introduce(anew=True) == server.root


def test_authority_when_asked_for_by_its_address_is_one_in_a_process(server: TimestampServer) -> None:
    root = Authority(server.url).introduce()
    one = timestamps.authority(server.url, root_pem=timestamps.told_of(root)["pem"])
    assert one is timestamps.authority(server.url, root_pem=None)
    assert one.root == root
    assert server.asked == 1


def test_address_when_it_is_kept_holds_no_password() -> None:
    kept = timestamps.address_of("https://user:secret@dates.example.org:8443/tsa?key=secret")
    assert kept == "https://dates.example.org:8443/tsa"
