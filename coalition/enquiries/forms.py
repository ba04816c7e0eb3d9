"""Can a letter be taken as it was typed? What strangers send, and what officers write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from flask_wtf.file import FileField
from wtforms import EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, StopValidation, ValidationError

from coalition.enquiries.letters import LONGEST_NAME, LONGEST_SUBJECT, LONGEST_TEXT, Letter, kept
from coalition.enquiries.states import CASE_TOPICS, OUTCOMES, TOPICS, Kind, Outcome, Topic
from coalition.i18n import LANGUAGES, known_languages
from coalition.i18n import lazy_gettext as _l
from coalition.signing.fields import AtMost, MailAddress, Needed, cleaned, text_field
from coalition.web.forms import Form

TOO_LONG = _l("Write at most %(most)d characters.", most=LONGEST_TEXT)
TOPIC_WORDS = {
    Topic.SIGNING: _l("Signing, or a signature"),
    Topic.MAIL: _l("A message that has not come"),
    Topic.ELIGIBILITY: _l("Whether an organisation may sign"),
    Topic.ENTRY: _l("An entry of the register"),
    Topic.CERTIFICATE: _l("A certificate"),
    Topic.ACCESSIBILITY: _l("A page or a form that does not work"),
    Topic.DATA: _l("Personal data"),
    Topic.OTHER: _l("Something else"),
    Topic.IMPOSTOR: _l("Somebody signed in this organisation’s name without the right to"),
    Topic.NAMESAKE: _l("It is taken for another organisation of the same or a similar name"),
    Topic.FACTS: _l("Something that it says is wrong"),
}
OUTCOME_WORDS = {
    Outcome.ANSWERED: _l("Answered"),
    Outcome.UPHELD: _l("It was a problem, and it is mended"),
    Outcome.UNFOUNDED: _l("Nothing needs to be done"),
}


def topic_choices(topics: Iterable[Topic]) -> list[SelectChoice]:
    """Return what topics are called, to choose from."""
    return [SelectChoice(topic.value, TOPIC_WORDS[topic]) for topic in topics]


def _kept(typed: Any) -> str:
    return kept(typed, longest=LONGEST_TEXT + 1) if isinstance(typed, str) else ""


def _area(label: object, required: object, description: object = "") -> TextAreaField:
    limit = Length(max=LONGEST_TEXT, message=TOO_LONG)
    return TextAreaField(label, [Needed(message=required), limit], [_kept], description)


def _name_field() -> StringField:
    return text_field(_l("Your name"), most=LONGEST_NAME, description=_l("So that we know how to address you"))


def _email_field() -> EmailField:
    return EmailField(
        _l("Your email address"),
        [Needed(message=_l("Enter your email address")), AtMost(254), MailAddress()],
        filters=[cleaned],
        description=_l("We answer to it, and use it for nothing else"),
    )


class LetterForm(Form):
    """What anybody may write to the secretariat.

    Without a session: the page it stands on is the same for everybody, and what is sent rests on nobody's rights.
    """

    class Meta:
        """No token."""

        csrf: ClassVar[bool] = False

    topic = RadioField(_l("What is it about?"), choices=topic_choices(TOPICS), validate_choice=False)
    name = _name_field()
    email = _email_field()
    subject = text_field(_l("In one line"), most=LONGEST_SUBJECT, required=_l("Say in one line what it is about"))
    text = _area(_l("Your message"), _l("Write your message"))
    known: ClassVar[tuple[Topic, ...]] = TOPICS

    def validate_topic(self, field: RadioField) -> None:
        """Ask for one of the topics."""
        if field.data not in {topic.value for topic in self.known}:
            raise ValidationError(_l("Choose what it is about"))

    def letter(self) -> Letter:
        """Return what was typed."""
        subject = self.subject.data if "subject" in self else ""
        return Letter(self.name.data or "", self.email.data, subject, self.text.data)


class ProblemForm(LetterForm):
    """A problem with one entry of the register."""

    topic = RadioField(_l("What is wrong?"), choices=topic_choices(CASE_TOPICS), validate_choice=False)
    subject = None
    text = _area(
        _l("What is right, and how do you know?"),
        _l("Say what is right"),
        _l("A link to a public source helps. Nobody but the secretariat reads this."),
    )
    known: ClassVar[tuple[Topic, ...]] = CASE_TOPICS


class EnteredForm(Form):
    """A letter that an officer enters: a saved message, or its words."""

    file = FileField(
        _l("The message as a file"), description=_l("Saved from a mail program, its name ends in .eml; at most 15 MB")
    )
    text = TextAreaField(
        _l("Or its words"),
        [Length(max=LONGEST_TEXT, message=TOO_LONG)],
        [_kept],
        _l("Copied from the message or typed from the letter; with its header lines the sender is read from them"),
    )
    sender_name = text_field(_l("Name of the sender"), most=LONGEST_NAME)
    sender_email = EmailField(
        _l("Email address of the sender"),
        [Optional(), AtMost(254), MailAddress()],
        filters=[cleaned],
        description=_l("Without one, nobody can be answered here"),
    )
    subject = text_field(_l("Subject"), most=LONGEST_SUBJECT)
    topic = SelectField(_l("Topic"), choices=topic_choices(TOPICS))
    language = SelectField(_l("Language to answer in"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = _languages()

    def validate_text(self, field: TextAreaField) -> None:
        """Ask for one of the two."""
        if not (field.data or self.file.data):
            raise StopValidation(_l("Choose the file, or paste the words."))

    def typed(self) -> Letter:
        """Return what was typed, without a file."""
        return Letter(
            self.sender_name.data or "", self.sender_email.data or "", self.subject.data or "", self.text.data or ""
        )


class AnswerForm(Form):
    """An answer to the sender; `seen` names the last thing written that the officer has read."""

    reply = SelectField(_l("Saved reply"), coerce=str, validate_choice=False)
    text = _area(_l("Your answer"), _l("Write the answer."), _l("Sent by email, in these words."))
    seen = HiddenField()

    @property
    def seen_id(self) -> int:
        """The last thing that was read; 0 for anything that is no number."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 10 else 0


class NoteForm(Form):
    """A note for colleagues."""

    note = _area(_l("Note for colleagues"), _l("Write the note."), _l("The sender never reads it."))


class OwnerForm(Form):
    """Who deals with it."""

    owner = SelectField(_l("Who deals with it"), validate_choice=False)


class SortForm(Form):
    """What a letter is about, and to which application it belongs."""

    topic = SelectField(_l("Topic"), choices=topic_choices(Topic))
    application = text_field(
        _l("Application"), most=20, description=_l("Its reference, such as A-7K3F9Q2M; empty for none")
    )


class CloseForm(Form):
    """How an enquiry ended."""

    outcome = RadioField(_l("How did it end?"), validate_choice=False)

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = [(one.value, OUTCOME_WORDS[one]) for one in OUTCOMES[kind]]

    def validate_outcome(self, field: RadioField) -> None:
        """Ask for one of the ends."""
        if field.data not in {str(value) for value, _ in field.choices}:
            raise ValidationError(_l("Choose how it ended."))


class ReplyForm(Form):
    """Words to keep for later."""

    language = SelectField(_l("Language"))
    title = text_field(_l("Title"), most=120, required=_l("Give it a title"), description=_l("For colleagues alone"))
    text = _area(_l("The words"), _l("Write the words"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = _languages()


def _languages() -> list[tuple[str, str]]:
    return [(code, LANGUAGES[code].name) for code in known_languages()]
