"""When are the texts of charters made into PDFs? By the worker, each once: at its start and when a version is new.

Each job may be killed anywhere and repeated; the texts' words and digests are those of `charters`.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import current_app
from markupsafe import Markup

from coalition import clock
from coalition.audit.record import Actor
from coalition.certificates import jobs, text_queries, texts
from coalition.certificates.text_queries import TextName
from coalition.charters import queries as charters
from coalition.charters.queries import CharterPage, TextLine
from coalition.charters.shapes import TextStanding
from coalition.i18n import LANGUAGES, force_language, known_languages, localised
from coalition.i18n import gettext as _
from coalition.jobs import queue
from coalition.storage.files import store
from coalition.transactions import transaction

WORKER = Actor.system("worker")
MAKE_JOB = "certificates.make_text"
MOST_PAGES = 200


def make_texts() -> None:
    """Let every text that has no PDF yet be made."""
    waiting = list(text_queries.texts_to_make())
    with transaction():
        for name in waiting:
            key = f"text:{name.charter}/{name.version}/{name.language}"
            queue.put(MAKE_JOB, args=vars(name), now=clock.now(), key=key)


def make_text(*, charter: str, version: int, language: str) -> None:
    """Make, seal and store the PDF of one text.

    Raises Unavailable while this machine lacks what documents need.
    """
    name = TextName(charter, version, language)
    page = charters.charter_page(charter, version)
    text = page.text_in(language)
    if text.language != language or text_queries.storage_key_of(name, text_sha256=text.sha256) is not None:
        return
    jobs.require_machine()
    _keep(name, text, _sealed(page, text))


def _sealed(page: CharterPage, text: TextLine) -> bytes:
    """Render and seal; what stands round the text is in its language where the site speaks it."""
    from coalition.documents import isolation

    spoken = text.language if text.language in known_languages() else known_languages()[0]
    key = jobs.sealing_key()
    with force_language(spoken):
        owner, reason = localised(page.definition.owner, text.language), _("The text as it was published")
        order = _order(page, text, spoken, is_development=key.is_development)
    return jobs.seal(isolation.press().render(order), key=key, name=owner, reason=reason)


def _order(page: CharterPage, text: TextLine, spoken: str, *, is_development: bool) -> Any:
    from coalition.documents import page as pages

    order = pages.paper_order(
        "documents/text.html",
        sheet="text.css",
        language=spoken,
        digest=text.sha256,
        created=_moment(page),
        page=page,
        text=text,
        text_direction=LANGUAGES[text.language].direction if text.language in LANGUAGES else "ltr",
        spoken=spoken,
        sections=[(section, Markup(section.html)) for section in charters.sections_of(text)],  # noqa: S704  # cleaned
        title=localised(page.definition.title, text.language),
        owner=localised(page.definition.owner, text.language),
        has_authentic=any(one.standing is TextStanding.AUTHENTIC for one in page.texts),
        address=f"{current_app.config['PUBLIC_URL']}/{spoken}/charters/{page.slug}/?version={page.number}",
        is_development=is_development,
    )
    return replace(order, most_pages=MOST_PAGES)


def _moment(page: CharterPage) -> datetime:
    return next(line.published_at for line in page.versions if line.number == page.number)


def _keep(name: TextName, text: TextLine, pdf: bytes) -> None:
    """Store the bytes, then the row. Of two workers each stores its file under its key; the row keeps one of them."""
    digest = hashlib.sha256(pdf).hexdigest()
    storage_key = f"texts/{digest[:2]}/{name.charter[:40]}-{name.version}-{name.language}-{digest[:16]}.pdf"
    store().put(storage_key, pdf)
    with transaction():
        kept = texts.keep_text(
            name=name,
            text_sha256=text.sha256,
            storage_key=storage_key,
            pdf_sha256=digest,
            size=len(pdf),
            actor=WORKER,
            now=clock.now(),
        )
    if not kept:
        store().delete(storage_key)
