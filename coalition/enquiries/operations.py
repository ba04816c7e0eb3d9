"""What can be done with a letter to the secretariat? Received, answered, owned, closed, tied to what it is about.

Inside the caller's transaction. The row of the enquiry is held first, so that acts on one come one after another; an
answer to what has changed since it was read sends nothing. Its end in time belongs to `retention`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from coalition import tokens
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Act, Role, may
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.enquiries import errors, mails
from coalition.enquiries.letters import Letter
from coalition.enquiries.models import Enquiry, EnquiryMessage, SavedReply
from coalition.enquiries.states import NOTE_OF, Kind, MessageKind, Outcome, Source, State, Topic
from coalition.extensions import db
from coalition.mail import outbox
from coalition.mail.message import recipient_key
from coalition.organisations.names import search_words
from coalition.register import operations as register
from coalition.register.models import RegisterEntry
from coalition.signing import queries as signing

LONGEST_SEARCH = 2000


@dataclass(frozen=True)
class Arrival:
    """A letter as it comes in: what it says, about what, in which language, on which entry; `head` as mails have it."""

    letter: Letter
    kind: Kind
    topic: Topic
    source: Source
    language: str
    head: dict[str, str]
    number: str | None = None
    letter_key: str | None = None


def receive(arrival: Arrival, *, actor: Actor, now: datetime) -> str:
    """Keep a letter and return its reference; what came by a form is acknowledged by mail.

    The same words of the same sender on one day are one letter, however often the button is pressed. A letter that
    names an enquiry of ours goes into it. Raises LetterKnown.
    """
    letter = arrival.letter
    if letter.letter_id and (known := _reference_of_letter(letter.letter_id)):
        raise errors.LetterKnown(known)
    if arrival.source is Source.LETTER and (own := _answered_by(letter)):
        return _add_to(own, arrival, actor=actor, now=now)
    enquiry = _new(arrival, now=now)
    if same := db.session.scalar(select(Enquiry.reference).where(Enquiry.digest == enquiry.digest)):
        return same
    try:
        with db.session.begin_nested():
            db.session.add(enquiry)
    except IntegrityError:  # another press of the same button was first
        return db.session.execute(select(Enquiry.reference).where(Enquiry.digest == enquiry.digest)).scalar_one()
    _write(enquiry, MessageKind.RECEIVED, letter.text, now=now, letter=letter, letter_key=arrival.letter_key)
    record.append(actor=actor, act="receive_enquiry", subject=mails.about(enquiry.reference), now=now)
    if arrival.source is Source.FORM:
        outbox.put(mails.received(_envelope(enquiry, arrival.head)), now=now)
    return enquiry.reference


def answer(
    *, enquiry_id: int, officer_id: int, text: str, seen: int, head: dict[str, str], actor: Actor, now: datetime
) -> None:
    """Answer the sender by mail. `seen` is the last thing written that the officer has read.

    Raises ClosedMeanwhile, AnsweredMeanwhile, NoAddress.
    """
    enquiry = _held(enquiry_id)
    if not enquiry.sender_email:
        raise errors.NoAddress
    last = db.session.scalar(select(func.max(EnquiryMessage.id)).where(EnquiryMessage.enquiry_id == enquiry_id))
    if (last or 0) > seen:
        raise errors.AnsweredMeanwhile
    _write(enquiry, MessageKind.ANSWER, text, now=now, officer_id=officer_id)
    enquiry.waiting_at = None
    enquiry.owner_id = enquiry.owner_id or officer_id
    outbox.put(mails.answered(_envelope(enquiry, head), text=text), now=now)
    record.append(actor=actor, act="answer_enquiry", subject=mails.about(enquiry.reference), now=now)


def note(*, enquiry_id: int, officer_id: int, text: str, actor: Actor, now: datetime) -> None:
    """Keep a note for colleagues."""
    enquiry = _held(enquiry_id)
    _write(enquiry, MessageKind.NOTE, text, now=now, officer_id=officer_id)
    record.append(actor=actor, act="note_enquiry", subject=mails.about(enquiry.reference), now=now)


def assign(*, enquiry_id: int, owner: str, actor: Actor, now: datetime) -> None:
    """Give an enquiry to the officer of that public id, "" to nobody. Raises OfficerUnknown, ClosedMeanwhile."""
    enquiry = _held(enquiry_id)
    person = db.session.scalars(select(Officer).where(Officer.public_id == owner)).one_or_none()
    is_able = person is not None and person.disabled_at is None and may(Role(person.role), Act.MANAGE_ENQUIRIES)
    if owner and not is_able:
        raise errors.OfficerUnknown
    enquiry.owner_id = person.id if person else None
    record.append(actor=actor, act="assign_enquiry", subject=mails.about(enquiry.reference), now=now)


def sort(*, enquiry_id: int, topic: Topic, application: str, actor: Actor, now: datetime) -> None:
    """Say what a letter is about, and to which application it belongs; "" to none. Raises ApplicationUnknown."""
    enquiry = _held(enquiry_id)
    signature = signing.signature_by_reference(application) if application else None
    if application and signature is None:
        raise errors.ApplicationUnknown
    if enquiry.kind == Kind.ENQUIRY:  # a case stays about what was reported: its note says so in public
        enquiry.topic = topic.value
    enquiry.signature_id = signature.id if signature else None
    enquiry.charter = signature.charter if signature else enquiry.charter
    record.append(actor=actor, act="sort_enquiry", subject=mails.about(enquiry.reference), now=now, reason=topic.value)


def close(*, enquiry_id: int, outcome: Outcome, actor: Actor, now: datetime) -> None:
    """Close an enquiry; the note on its entry goes. Raises ClosedMeanwhile."""
    enquiry = _held(enquiry_id)
    _take_note_off(enquiry, actor=actor, now=now)
    _set(enquiry, state=State.CLOSED.value, outcome=outcome.value, closed_at=now, waiting_at=None)
    about = mails.about(enquiry.reference)
    record.append(actor=actor, act="close_enquiry", subject=about, now=now, reason=outcome.value)


def reopen(*, enquiry_id: int, actor: Actor, now: datetime) -> None:
    """Open a closed enquiry again. Raises OpenAlready."""
    enquiry = db.session.get_one(Enquiry, enquiry_id, with_for_update=True, populate_existing=True)
    if enquiry.state != State.CLOSED:
        raise errors.OpenAlready
    _open(enquiry, now=now)
    record.append(actor=actor, act="reopen_enquiry", subject=mails.about(enquiry.reference), now=now)


def put_note(*, enquiry_id: int, actor: Actor, now: datetime) -> None:
    """Put the neutral note of this case on its entry. Raises NoteImpossible, ClosedMeanwhile."""
    enquiry = _held(enquiry_id)
    kind = NOTE_OF.get(Topic(enquiry.topic))
    if kind is None or enquiry.number is None:
        raise errors.NoteImpossible
    if not enquiry.has_note:
        register.put_note(number=enquiry.number, kind=kind, since_on=now.date())
        enquiry.has_note = True
        record.append(actor=actor, act="put_note", subject=f"entry:{enquiry.number}", now=now, reason=kind)


def take_note(*, enquiry_id: int, actor: Actor, now: datetime) -> None:
    """Take the note of this case off its entry. Raises ClosedMeanwhile."""
    _take_note_off(_held(enquiry_id), actor=actor, now=now)


def save_reply(*, officer_id: int, language: str, title: str, text: str, actor: Actor, now: datetime) -> None:
    """Keep words that are often needed."""
    reply = SavedReply(language=language, title=title, text=text, officer_id=officer_id, saved_at=now)
    db.session.add(reply)
    db.session.flush()
    record.append(actor=actor, act="save_reply", subject=f"reply:{reply.id}", now=now)


def remove_reply(*, reply_id: int, actor: Actor, now: datetime) -> None:
    """Offer a saved reply no more. Raises ReplyUnknown."""
    reply = db.session.get(SavedReply, reply_id, with_for_update=True, populate_existing=True)
    if reply is None or reply.removed_at is not None:
        raise errors.ReplyUnknown
    reply.removed_at = now
    record.append(actor=actor, act="remove_reply", subject=f"reply:{reply_id}", now=now)


def _held(enquiry_id: int) -> Enquiry:
    """Read an open enquiry and hold its row until the end of the transaction. Raises ClosedMeanwhile."""
    enquiry = db.session.get_one(Enquiry, enquiry_id, with_for_update=True, populate_existing=True)
    if enquiry.state != State.OPEN:
        raise errors.ClosedMeanwhile
    return enquiry


def _new(arrival: Arrival, *, now: datetime) -> Enquiry:
    letter, reference = arrival.letter, f"E-{tokens.new_code(8)}"
    named = letter.application_reference
    signature = signing.signature_by_reference(named) if named else None
    entry_charter = select(RegisterEntry.charter).where(RegisterEntry.number == arrival.number)
    charter = signature.charter if signature else db.session.scalar(entry_charter)
    told = (letter.sender_email, letter.sender_name, letter.subject, letter.text, arrival.number or "", arrival.topic)
    digest = hashlib.sha256("\x1f".join((*told, letter.letter_id, now.date().isoformat())).encode()).hexdigest()
    return Enquiry(
        reference=reference,
        kind=arrival.kind.value,
        topic=arrival.topic.value,
        source=arrival.source.value,
        subject=letter.subject,
        sender_name=letter.sender_name,
        sender_email=letter.sender_email,
        sender_key=recipient_key(letter.sender_email),
        language=arrival.language,
        charter=charter or "",
        number=arrival.number,
        signature_id=signature.id if signature else None,
        state=State.OPEN.value,
        received_at=now,
        waiting_at=now,
        digest=digest,
        search=_words(reference, letter, arrival.number or ""),
    )


def _words(reference: str, letter: Letter, number: str) -> str:
    told = (reference, number, letter.subject, letter.sender_name)
    return "".join(f" {word}" for part in told for word in search_words(part))[:LONGEST_SEARCH]


def _add_to(enquiry: Enquiry, arrival: Arrival, *, actor: Actor, now: datetime) -> str:
    """Put a letter into the enquiry that it answers, and open it again."""
    letter = arrival.letter
    _write(enquiry, MessageKind.RECEIVED, letter.text, now=now, letter=letter, letter_key=arrival.letter_key)
    _open(enquiry, now=now)
    record.append(actor=actor, act="receive_reply", subject=mails.about(enquiry.reference), now=now)
    return enquiry.reference


def _open(enquiry: Enquiry, *, now: datetime) -> None:
    _set(enquiry, state=State.OPEN.value, outcome="", closed_at=None, waiting_at=enquiry.waiting_at or now)


def _set(enquiry: Enquiry, **columns: object) -> None:
    db.session.execute(update(Enquiry).where(Enquiry.id == enquiry.id).values(**columns))


def _answered_by(letter: Letter) -> Enquiry | None:
    """Return the enquiry that a letter answers, its row held; one whose words are gone takes no more."""
    if not letter.enquiry_reference:
        return None
    statement = select(Enquiry).where(Enquiry.reference == letter.enquiry_reference, Enquiry.forgotten_at.is_(None))
    return db.session.scalars(statement.with_for_update()).one_or_none()


def _reference_of_letter(letter_id: str) -> str | None:
    statement = select(Enquiry.reference).join(EnquiryMessage, EnquiryMessage.enquiry_id == Enquiry.id)
    return db.session.scalar(statement.where(EnquiryMessage.letter_id == letter_id))


def _write(
    enquiry: Enquiry,
    kind: MessageKind,
    text: str,
    *,
    now: datetime,
    officer_id: int | None = None,
    letter: Letter | None = None,
    letter_key: str | None = None,
) -> None:
    db.session.add(
        EnquiryMessage(
            enquiry_id=enquiry.id,
            kind=kind.value,
            officer_id=officer_id,
            text=text,
            written_at=now,
            letter_key=letter_key,
            letter_id=(letter.letter_id or None) if letter else None,
            attachments=list(letter.attachments) if letter else [],
        )
    )


def _envelope(enquiry: Enquiry, head: dict[str, str]) -> mails.Envelope:
    return mails.Envelope(enquiry.sender_email, enquiry.language, enquiry.reference, enquiry.subject, head)


def _take_note_off(enquiry: Enquiry, *, actor: Actor, now: datetime) -> None:
    """Let the entry bear no note because of this case; another open case's note takes its place."""
    if not enquiry.has_note or enquiry.number is None:
        return
    enquiry.has_note = False
    db.session.flush()
    left = select(Enquiry.topic).where(Enquiry.number == enquiry.number, Enquiry.has_note).order_by(Enquiry.id.desc())
    other = db.session.scalar(left.limit(1))
    if other is None:
        register.take_note(number=enquiry.number)
    else:
        register.put_note(number=enquiry.number, kind=NOTE_OF[Topic(other)], since_on=now.date())
    record.append(actor=actor, act="take_note", subject=f"entry:{enquiry.number}", now=now)
