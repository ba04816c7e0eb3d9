"""How does an officer enter a letter? As the file that a mail program saved, or by its words."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from coalition import clock, tokens
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires
from coalition.enquiries import access, operations
from coalition.enquiries.access import head_of
from coalition.enquiries.errors import LetterKnown, LetterUnreadable
from coalition.enquiries.forms import EnteredForm
from coalition.enquiries.letters import Letter, read_letter
from coalition.enquiries.operations import Arrival
from coalition.enquiries.retention import DELETE_UNCLAIMED_JOB, KEPT_UNCLAIMED
from coalition.enquiries.states import Kind, Source, Topic
from coalition.i18n import told
from coalition.jobs import queue
from coalition.storage.files import store
from coalition.transactions import transaction
from coalition.web.sizes import accepts_up_to

bp = access.bp
ENVELOPE = 128 * 1024


@bp.get("/enquiries/new")
@requires(Act.MANAGE_ENQUIRIES)
def new_letter() -> ResponseReturnValue:
    """Ask for the letter."""
    return _page(EnteredForm(formdata=None))


@bp.post("/enquiries/new")
@accepts_up_to(lambda settings: int(settings["LETTER_BYTES"]) + ENVELOPE)
@requires(Act.MANAGE_ENQUIRIES)
def enter_letter() -> ResponseReturnValue:
    """Keep the letter, and lead to the enquiry that it has become or has gone into."""
    form = EnteredForm()
    data = form.file.data.read(current_app.config["LETTER_BYTES"] + 1) if form.file.data else b""
    if not form.validate():
        return _page(form), 422
    try:
        letter = _letter(form.typed(), data)
        reference = _enter(form, letter, data)
    except (LetterKnown, LetterUnreadable) as wrong:
        form.file.errors = [told(wrong)]
        return _page(form), 422
    return redirect(url_for(".enquiry", ref=reference))


def _letter(typed: Letter, data: bytes) -> Letter:
    """Read the file, else words that were pasted with their header lines; what was typed beside them counts more."""
    if len(data) > current_app.config["LETTER_BYTES"]:
        raise LetterUnreadable
    read = read_letter(data or typed.text.encode())
    if data and read is None:
        raise LetterUnreadable
    if read is None or not (data or read.sender_email):
        return typed
    return replace(
        read,
        sender_name=typed.sender_name or read.sender_name,
        sender_email=typed.sender_email or read.sender_email,
        subject=typed.subject or read.subject,
    )


def _enter(form: EnteredForm, letter: Letter, data: bytes) -> str:
    person, now, key = officer(), clock.now(), None
    if data:
        name = tokens.new_public_id()
        key = f"letter/{name[:2].lower().replace('-', '0').replace('_', '0')}/{name}.eml"
        with transaction():  # first: a file whose row never comes, because the worker was killed, does not stay
            queue.put(DELETE_UNCLAIMED_JOB, args={"keys": [key]}, now=now, run_at=now + KEPT_UNCLAIMED)
        store().put(key, data)
    arrival = Arrival(
        letter=letter,
        kind=Kind.ENQUIRY,
        topic=Topic(form.topic.data),
        source=Source.LETTER,
        language=form.language.data,
        head=head_of("", form.language.data),
        letter_key=key,
    )
    with transaction():
        return operations.receive(arrival, actor=person.actor, now=now)


def _page(form: EnteredForm) -> str:
    return render_template("enquiries/new_letter.html", form=form)
