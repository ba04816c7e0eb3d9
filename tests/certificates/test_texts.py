"""Is every text of a charter there as a sealed PDF, made once, saying exactly what the text says?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from coalition import clock
from coalition.audit.record import Actor
from coalition.certificates import text_jobs, text_queries, texts
from coalition.certificates.models import SealedText
from coalition.certificates.text_queries import TextName
from coalition.charters import queries as charters
from coalition.jobs.models import Job
from coalition.transactions import transaction

pytestmark = pytest.mark.usefixtures("icsse")
SLUG = "icsse-charter"
ENGLISH = TextName(SLUG, 1, "en")


def kept(name: TextName, pdf_sha256: str = "0" * 64) -> bool:
    sha256 = charters.charter_page(name.charter, name.version).text_in(name.language).sha256
    with transaction():
        return texts.keep_text(
            name=name,
            text_sha256=sha256,
            storage_key="texts/00/a.pdf",
            pdf_sha256=pdf_sha256,
            size=1,
            actor=Actor.system("test"),
            now=clock.now(),
        )


def test_texts_when_none_is_made_are_all_waiting(session: scoped_session[Session]) -> None:
    assert sorted(text_queries.texts_to_make(), key=lambda name: name.language) == [
        ENGLISH,
        TextName(SLUG, 1, "fr"),
    ]


def test_jobs_when_asked_for_twice_are_one_for_each_text(session: scoped_session[Session]) -> None:
    text_jobs.make_texts()
    text_jobs.make_texts()
    rows = session.scalars(select(Job).where(Job.name == "certificates.make_text")).all()
    assert sorted(row.args["language"] for row in rows) == ["en", "fr"]


def test_text_when_kept_is_no_longer_waiting_and_found_by_its_digest(session: scoped_session[Session]) -> None:
    assert kept(ENGLISH)
    assert list(text_queries.texts_to_make()) == [TextName(SLUG, 1, "fr")]
    assert text_queries.text_by_digest("0" * 64) == ENGLISH
    assert text_queries.text_by_digest("1" * 64) is None


def test_text_when_another_worker_was_first_is_not_kept_twice(session: scoped_session[Session]) -> None:
    assert kept(ENGLISH)
    assert not kept(ENGLISH, "1" * 64)
    assert [row.pdf_sha256 for row in session.scalars(select(SealedText))] == ["0" * 64]


@pytest.mark.parametrize(
    "query", ["", "?version=1", "?text=fr", "?version=nonsense", "?version=²", "?text=%00"], ids=str
)
def test_page_when_the_file_is_not_made_waits_and_asks_nothing(
    client: FlaskClient, session: scoped_session[Session], query: str
) -> None:
    answer = client.get(f"/en/charters/{SLUG}/text.pdf{query}")
    assert (answer.status_code, answer.headers["Refresh"]) == (202, "5")
    assert session.scalars(select(Job).where(Job.name == "certificates.make_text")).all() == []


@pytest.mark.parametrize(
    "path", [f"{SLUG}/text.pdf?version=9", "no-such-charter/text.pdf", f"{SLUG}/text.pdf?version=0"]
)
def test_page_when_there_is_no_such_text_says_so(client: FlaskClient, path: str) -> None:
    assert client.get(f"/en/charters/{path}").status_code == 404


@pytest.mark.pdf
def test_text_when_made_says_every_word_of_it_and_is_served_as_it_was_stored(
    client: FlaskClient,
    session: scoped_session[Session],
    worker: Callable[..., int],
    settings: dict[str, Any],
    tmp_path: Path,
    text_of: Callable[[bytes], str],
) -> None:
    settings["STORAGE_DIR"], settings["DATA_DIR"] = tmp_path / "files", tmp_path
    text_jobs.make_texts()
    worker()
    text_jobs.make_text(charter=SLUG, version=1, language="fr")  # once more: nothing is made
    rows = session.scalars(select(SealedText).order_by(SealedText.language)).all()
    assert [row.language for row in rows] == ["en", "fr"]
    for row in rows:
        answer = client.get(f"/en/charters/{SLUG}/text.pdf?text={row.language}")
        assert hashlib.sha256(answer.data).hexdigest() == row.pdf_sha256
        told = text_of(answer.data).split()
        page = charters.charter_page(SLUG)
        markdown = charters.markdown_of(page.text_in(row.language))
        plain = markdown.replace("*", " ").replace("#", " ").replace("_", " ")
        words = [word for word in plain.split() if word.isalpha()]
        assert len(words) > 300
        assert [word for word in words if word not in told] == []
