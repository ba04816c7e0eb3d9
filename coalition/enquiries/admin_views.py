"""What do officers see of enquiries, and what do they do with one? Entering letters and saved replies stand apart."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires
from coalition.enquiries import access, forms, operations, queries
from coalition.enquiries.access import head_of, reached
from coalition.enquiries.errors import ApplicationUnknown, EnquiryUnknown
from coalition.enquiries.forms import AnswerForm, CloseForm, NoteForm, OwnerForm, SortForm
from coalition.enquiries.mails import about
from coalition.enquiries.models import Enquiry
from coalition.enquiries.searching import LONGEST_QUERY, Search
from coalition.enquiries.states import NOTE_OF, Kind, Outcome, State, Tab, Topic
from coalition.errors import Invalid
from coalition.i18n import LANGUAGES, told
from coalition.mail import queries as mails
from coalition.signing import queries as signing
from coalition.storage.files import store
from coalition.transactions import transaction
from coalition.web.headers import as_attachment
from coalition.web.pagination import cursor_of

bp = access.bp


@bp.get("/enquiries/")
@requires(Act.MANAGE_ENQUIRIES)
def enquiries() -> ResponseReturnValue:
    """List the letters."""
    person, search = officer(), _search()
    return render_template(
        "enquiries/enquiries.html",
        page=queries.page_of(search, officer_id=person.id, scope=person.scope),
        counts=queries.counts_for(officer_id=person.id, scope=person.scope),
        search=search,
        tabs=Tab,
        topics=forms.TOPIC_WORDS,
        now=clock.now(),
    )


def _search() -> Search:
    """Read what is looked for; whatever is unknown is left out."""
    typed = request.args
    q = "".join(sign for sign in typed.get("q", "")[:LONGEST_QUERY] if sign.isprintable()).strip()
    tab, topic = typed.get("tab", ""), typed.get("topic", "")
    return Search(
        tab=Tab(tab) if tab in set(Tab) else Tab.OPEN,
        q=q,
        topic=Topic(topic) if topic in set(Topic) else None,
        after=cursor_of(typed.get("after")),
    )


@bp.get("/enquiries/<ref>/")
@requires(Act.MANAGE_ENQUIRIES)
def enquiry(ref: str) -> ResponseReturnValue:
    """Show a letter, all that was written since, and what can be done."""
    return _page(reached(ref))


@bp.post("/enquiries/<ref>/answer")
@requires(Act.MANAGE_ENQUIRIES)
def answer(ref: str) -> ResponseReturnValue:
    """Send an answer, or put a saved reply into it first."""
    found, form, person = reached(ref), AnswerForm(), officer()
    if "insert" in request.form:
        return _page(found, answer_form=_with_reply(form))
    if not form.validate():
        return _page(found, answer_form=form), 422
    head = head_of(found.charter, found.language)
    with transaction():
        operations.answer(
            enquiry_id=found.id,
            officer_id=person.id,
            text=form.text.data,
            seen=form.seen_id,
            head=head,
            actor=person.actor,
            now=clock.now(),
        )
    return redirect(url_for(".enquiry", ref=ref))


def _with_reply(form: AnswerForm) -> AnswerForm:
    """Add the saved reply that was chosen to what was typed."""
    chosen = form.reply.data or ""
    if chosen.isascii() and chosen.isdigit() and len(chosen) <= 9:
        reply = queries.saved_reply(int(chosen))
        form.text.data = "\n\n".join(part for part in (form.text.data or "", reply.text) if part)
    return form


@bp.post("/enquiries/<ref>/note")
@requires(Act.MANAGE_ENQUIRIES)
def note(ref: str) -> ResponseReturnValue:
    """Keep a note for colleagues."""
    found, form, person = reached(ref), NoteForm(), officer()
    if not form.validate():
        return _page(found, note_form=form), 422
    with transaction():
        operations.note(
            enquiry_id=found.id, officer_id=person.id, text=form.note.data, actor=person.actor, now=clock.now()
        )
    return redirect(url_for(".enquiry", ref=ref))


@bp.post("/enquiries/<ref>/owner")
@requires(Act.MANAGE_ENQUIRIES)
def own(ref: str) -> ResponseReturnValue:
    """Say who deals with it."""
    found, form, person = reached(ref), OwnerForm(), officer()
    owner = "".join(sign for sign in form.owner.data or "" if sign.isprintable())
    with transaction():
        operations.assign(enquiry_id=found.id, owner=owner, actor=person.actor, now=clock.now())
    return redirect(url_for(".enquiry", ref=ref))


@bp.post("/enquiries/<ref>/sort")
@requires(Act.MANAGE_ENQUIRIES)
def sort(ref: str) -> ResponseReturnValue:
    """Say what it is about, and to which application it belongs."""
    found, form, person = reached(ref), SortForm(), officer()
    application = (form.application.data or "").upper()
    if form.validate():
        try:
            _require_within(application)
            with transaction():
                operations.sort(
                    enquiry_id=found.id,
                    topic=Topic(form.topic.data),
                    application=application,
                    actor=person.actor,
                    now=clock.now(),
                )
        except Invalid as wrong:
            form.application.errors = [told(wrong)]
        else:
            return redirect(url_for(".enquiry", ref=ref))
    return _page(reached(ref), sort_form=form), 422


def _require_within(application: str) -> None:
    """Let nobody tie a letter to an application that is not theirs to read."""
    signature = signing.signature_by_reference(application) if application else None
    if signature and not officer().scope.covers(charter=signature.charter, reference=signature.reference):
        raise ApplicationUnknown


@bp.post("/enquiries/<ref>/close")
@requires(Act.MANAGE_ENQUIRIES)
def close(ref: str) -> ResponseReturnValue:
    """Close it."""
    found, person = reached(ref), officer()
    form = CloseForm(Kind(found.kind))
    if not form.validate():
        return _page(found, close_form=form), 422
    with transaction():
        operations.close(enquiry_id=found.id, outcome=Outcome(form.outcome.data), actor=person.actor, now=clock.now())
    return redirect(url_for(".enquiry", ref=ref))


@bp.post("/enquiries/<ref>/reopen")
@requires(Act.MANAGE_ENQUIRIES)
def reopen(ref: str) -> ResponseReturnValue:
    """Open it again."""
    found, person = reached(ref), officer()
    with transaction():
        operations.reopen(enquiry_id=found.id, actor=person.actor, now=clock.now())
    return redirect(url_for(".enquiry", ref=ref))


@bp.post("/enquiries/<ref>/entry-note")
@requires(Act.MANAGE_ENQUIRIES)
def entry_note(ref: str) -> ResponseReturnValue:
    """Put the neutral note on the entry, or take it off."""
    found, person = reached(ref), officer()
    act = operations.take_note if request.form.get("note") == "off" else operations.put_note
    with transaction():
        act(enquiry_id=found.id, actor=person.actor, now=clock.now())
    return redirect(url_for(".enquiry", ref=ref))


@bp.get("/enquiries/<ref>/letters/<int:letter>")
@requires(Act.MANAGE_ENQUIRIES)
def letter(ref: str, letter: int) -> Response:
    """Hand out a letter as it came, with its attachments, to be saved and never shown by the browser."""
    lines = queries.found_of(reached(ref)).lines
    line = next((one for one in lines if one.id == letter and one.letter_key), None)
    if line is None:
        raise EnquiryUnknown
    data = BytesIO(store().get(line.letter_key or ""))
    sent = send_file(data, "message/rfc822", as_attachment=True, download_name=f"{ref}-{letter}.eml", max_age=0)
    return as_attachment(sent)


def _page(enquiry: Enquiry, **given: Any) -> str:
    found, is_open = queries.found_of(enquiry), enquiry.state == State.OPEN
    answering = given.get("answer_form") or AnswerForm(formdata=None)
    answering.seen.data = answering.seen.data or str(found.last_id)
    replies = queries.saved_replies(enquiry.language) if is_open else []
    answering.reply.choices = [("", "–"), *((str(one.id), one.title) for one in replies)]
    owner = OwnerForm(formdata=None)
    owner.owner.choices = [("", "–"), *((one.public_id, one.name) for one in queries.owners())]
    owner.owner.data = found.owner_id
    kept = {"topic": enquiry.topic, "application": found.application.reference if found.application else ""}
    return render_template(
        "enquiries/enquiry.html",
        found=found,
        is_open=is_open,
        answer_form=answering,
        replies=replies,
        note_form=given.get("note_form") or NoteForm(formdata=None),
        owner_form=owner,
        sort_form=given.get("sort_form") or SortForm(formdata=None, data=kept),
        close_form=given.get("close_form") or CloseForm(Kind(enquiry.kind), formdata=None),
        mails=mails.mails_about(about(enquiry.reference)),
        may_note=enquiry.number is not None and enquiry.topic in NOTE_OF,
        topics=forms.TOPIC_WORDS,
        outcomes=forms.OUTCOME_WORDS,
        written_in=LANGUAGES[enquiry.language],
    )
