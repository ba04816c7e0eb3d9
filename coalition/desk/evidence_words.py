"""How is the evidence of a signature worded? Its facts become headings, pairs and tables in the reader's language.

What it shows and what it does not stands first. Call it under the language of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from coalition.desk.evidence import Enclosed
from coalition.i18n import LANGUAGES, localised
from coalition.i18n import gettext as _
from coalition.web.formatting import format_date, territory_name

Pairs = Sequence[tuple[str, str]]
MARK = "\u2013"


@dataclass(frozen=True)
class Section:
    """A part of the summary: pairs of a label and a fact, and a table with its headings."""

    heading: str
    pairs: Pairs = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def shows(*, owner: str) -> list[str]:
    """Return what the file shows, one sentence each."""
    return [
        _(
            "That a form was sent for this organisation at the moment given, and that these statements, "
            "in these words, were ticked on it."
        ),
        _(
            "That whoever confirmed it could read the mailbox given: the link to confirm was mailed to "
            "that address alone."
        ),
        _(
            "Which text was signed: its exact bytes lie in this file, and their digest is the one "
            "recorded with the signature."
        ),
        _("What the officers decided afterwards, when, and on what they relied for the mandate."),
        _(
            "That these records are those of the audit log: its lines lie in this file, and a change of "
            "them after the checkpoint can be seen by anybody who kept a checkpoint."
        ),
        _(
            "That %(owner)s put this file together and that it was not changed since: the summary is "
            "sealed and names the digest of every other file.",
            owner=owner,
        ),
    ]


def shows_not(*, is_development: bool) -> list[str]:
    """Return what the file does not show, one sentence each."""
    told = [
        _(
            "Who sat at the keyboard. No identity document was checked. This is a simple electronic "
            "signature with good records in the sense of Regulation (EU) No 910/2014, neither an advanced "
            "nor a qualified one."
        ),
        _(
            "That the person had the authority to sign. The officers relied on what is named below; "
            "whether that is enough is for the reader to judge."
        ),
        _("That a mail was read by a certain person. A mail server accepted it, and the link in it was opened."),
        _("When things happened, independently of us: every moment is that of the platform’s own clock."),
        _("What was erased or let go of in time: it is missing here, and nothing follows from its absence."),
    ]
    if is_development:
        told.append(
            _("Anything at all to others: the key that sealed it was made by this machine, for trying things out.")
        )
    return told


def sections(facts: Mapping[str, Any], files: Sequence[Enclosed]) -> list[Section]:
    """Return the parts that follow the first page."""
    return [part(facts) for part in PARTS] + [_files(files)]


def _signature(facts: Mapping[str, Any]) -> Section:
    told, party = facts["signature"], facts["organisation"]
    pairs = [
        (_("Reference"), told["reference"]),
        (_("Number on the register"), told["register_number"]),
        (_("Organisation"), party["official_name"]),
        (_("Latin name"), party["latin_name"]),
        (_("Country"), territory_name(party["country"]) if party["country"] else ""),
        (_("Website"), party["website"]),
        (_("Registration number"), party["registration_number"]),
        (_("Form sent"), _moment(told["submitted_at"])),
        (_("Mailbox confirmed"), _moment(told["confirmed_at"])),
        (_("Signed on"), _day(told["signed_on"])),
        (_("Decided on"), _moment(told["decided_at"])),
        (_("Ended on"), _day(told["ended_on"])),
        (_("Digest of what was sent (SHA-256)"), told["content_sha256"]),
    ]
    return Section(_("The signature"), _given(pairs))


def _person(facts: Mapping[str, Any]) -> Section:
    told = facts["representative"]
    pairs = [
        (_("Who signs"), told["full_name"]),
        (_("Role"), told["role"]),
        (_("Email address"), told["email"]),
        (_("Typed name"), told["typed_name"]),
        (_("Filled in by"), " · ".join(filter(None, (told["preparer_name"], told["preparer_email"])))),
    ]
    return Section(_("The person"), _given(pairs))


def _text(facts: Mapping[str, Any]) -> Section:
    told = facts["signature"]
    language = told["text_language"]
    pairs = [
        (_("Text"), localised(facts["title"])),
        (_("Version"), str(told["charter_version"])),
        (_("Language of the text"), LANGUAGES[language].name if language in LANGUAGES else language),
        (_("Digest of the text (SHA-256)"), told["text_sha256"]),
    ]
    return Section(_("The text"), _given(pairs))


def _statements(facts: Mapping[str, Any]) -> Section:
    rows = [(one["words"], one["language"], _moment(one["affirmed_at"])) for one in facts["statements"]]
    head = (_("Statement, in the words that were shown"), _("Language"), _("Ticked"))
    return Section(_("What was affirmed"), head=head, rows=rows)


def _confirmation(facts: Mapping[str, Any]) -> Section:
    rows = [
        (_purpose(one["purpose"]), _moment(one["created_at"]), _moment(one["expires_at"]), _moment(one["ended_at"]))
        for one in facts["links"]
    ]
    head = (_("Link"), _("Made on"), _("Good until"), _("Ended"))
    return Section(_("The mailed links"), head=head, rows=rows)


def _mails(facts: Mapping[str, Any]) -> Section:
    rows = [
        (one["template"], one["recipient"] or MARK, one["message_id"], _moment(one["sent_at"]))
        for one in facts["mails"]
    ]
    head = (_("Mail"), _("To"), "Message-ID", _("Accepted by the mail server"))
    return Section(_("The mails"), head=head, rows=rows)


def _mandate(facts: Mapping[str, Any]) -> Section:
    rows = [
        (one["filename"], one["sha256"], _moment(one["created_at"]), _moment(one["forgotten_at"]))
        for one in facts["proofs"]
    ]
    head = (_("Proof of mandate"), "SHA-256", _("Received"), _("Let go of"))
    stated = [(_("As the person stated it"), _mandate_words(facts["signature"]["mandate"]))]
    return Section(_("The mandate"), stated, head=head, rows=rows)


def _decisions(facts: Mapping[str, Any]) -> Section:
    rows = [
        (
            one["officer"],
            " · ".join(filter(None, (_verdict(one["verdict"]), one["category"], one["reason_code"]))),
            _basis(one["mandate_basis"]),
            _moment(one["decided_at"]),
            _moment(one["voided_at"]),
        )
        for one in facts["decisions"]
    ]
    head = (_("Officer"), _("Decision"), _("Relied on for the mandate"), _("Decided on"), _("No longer counted since"))
    return Section(_("The decisions"), head=head, rows=rows)


def _documents(facts: Mapping[str, Any]) -> Section:
    rows = [
        (
            _kind(one["kind"]),
            one["serial"],
            _moment(one["created_at"]),
            one["pdf_sha256"] or MARK,
            _moment(one["revoked_at"]),
        )
        for one in facts["documents"]
    ]
    head = (_("Document"), _("Serial"), _("Issued"), "SHA-256", _("Revoked"))
    return Section(_("Receipt and certificates"), head=head, rows=rows)


def _history(facts: Mapping[str, Any]) -> Section:
    rows = [
        (
            str(one["number"] or MARK),
            _moment(one["at"]),
            one["act"],
            one["officer"] or one["actor_id"] or one["actor_kind"],
            " → ".join(filter(None, (one["from_state"], one["to_state"]))) or MARK,
            one["reason"] or MARK,
        )
        for one in facts["history"]
    ]
    head = (_("Line"), _("Moment"), _("Act"), _("By"), _("From → to"), _("Reason"))
    return Section(_("The audit log"), head=head, rows=rows)


def _files(files: Sequence[Enclosed]) -> Section:
    rows = [(file.name, str(len(file.data)), file.sha256) for file in files]
    return Section(_("The files beside this one"), head=(_("File"), _("Bytes"), "SHA-256"), rows=rows)


PARTS: tuple[Callable[[Mapping[str, Any]], Section], ...] = (
    _signature,
    _person,
    _text,
    _statements,
    _confirmation,
    _mails,
    _mandate,
    _decisions,
    _documents,
    _history,
)


def _verdict(key: str) -> str:
    told = {"approve": _("Approved"), "decline": _("Declined"), "merge": _("Merged"), "delist": _("Delisted")}
    return told.get(key, key)


def _basis(key: str | None) -> str:
    told = {
        "document": _("A document that they sent"),
        "public_source": _("A public source"),
        "letter": _("A letter to the secretariat"),
        "waived": _("None: waived, for the reason in the note"),
    }
    return told.get(key or "", MARK)


def _mandate_words(key: str) -> str:
    told = {
        "decision": _("A decision of the governing body"),
        "letter": _("A letter that gives the authority"),
        "office": _("The office the person holds"),
    }
    return told.get(key, _("To be shown later"))


def _kind(key: str) -> str:
    return _("Receipt") if key == "receipt" else _("Certificate")


def _purpose(key: str) -> str:
    return _("To confirm the signature") if key == "confirm" else _("To “my signature”")


def _given(pairs: Sequence[tuple[str, Any]]) -> Pairs:
    return [(label, str(fact)) for label, fact in pairs if fact not in (None, "", MARK)]


def _moment(text: str | None) -> str:
    """Write a moment to the second, short enough for a table and alike in every language."""
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if text else MARK


def _day(text: str | None) -> str:
    return format_date(date.fromisoformat(text)) if text else MARK
