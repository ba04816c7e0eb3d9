"""How is one typed field judged? What is kept of it, how long it may be, and the sentence that says what to do.

Which fields a step asks for belongs to `forms`. Nothing here reaches the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField, EmailField, Field, SelectField, StringField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from coalition.charters.shapes import FieldDefinition, FieldType
from coalition.i18n import gettext as _
from coalition.i18n import lazy_gettext as _l
from coalition.i18n import localised, ngettext
from coalition.organisations.names import clean_name
from coalition.organisations.printable import unprintable
from coalition.web.forms import Form

NAME, SHORT, LONG = 300, 40, 400
MOST_NAMED = 10
ADDRESS_MARKS = ("://", "www.", "@")
NUMBER = re.compile(r"-?[0-9]{1,15}([.,]([0-9]{1,2}|[0-9]{4,6}))?", re.ASCII)
"""Three digits behind a sign may be thousands in one country and decimals in another: nobody guesses."""


def cleaned(value: Any) -> str:
    """Return typed text as it is kept: NFC, nothing invisible, white space single; "" for anything that is no text."""
    return clean_name(value) if isinstance(value, str) else ""


class Needed(InputRequired):
    """Something other than white space must be typed."""

    def __call__(self, form: Form, field: Field) -> None:
        """Stop with the message when the cleaned text is empty."""
        if not field.data:
            raise StopValidation(str(self.message))


class NeededOf(Needed):
    """The same of a person who may be the one at the keyboard, or another: the form's `is_for_another` tells."""

    def __init__(self, message: object, *, other: object) -> None:
        super().__init__(message=message)
        self.own, self.other = message, other

    def __call__(self, form: Form, field: Field) -> None:
        """Stop with the message for the one or the other when the cleaned text is empty."""
        if not field.data:
            raise StopValidation(str(self.other if getattr(form, "is_for_another", False) else self.own))


class NeededOfPreparer:
    """Something has to be typed by whoever fills in the form for another; of everybody else nothing is kept."""

    def __init__(self, message: object) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        """Empty the field of a form that is nobody else's."""
        if not form.is_for_another:
            field.data = ""
        if not field.data:
            raise StopValidation(str(self.message) if form.is_for_another else "")


class AtMost(Length):
    """At most so many characters."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most, message=_l("Use at most %(most)s characters.", most=most))


class NoAddress:
    """A name holds no web or mail address: nobody can make us mail one to a third person."""

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse text with an address in it."""
        if any(mark in (field.data or "").casefold() for mark in ADDRESS_MARKS):
            raise ValidationError(_("Leave web and email addresses out of this field."))


class Printable:
    """A name that our documents can show: letters that no font has would stand there as empty boxes."""

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse a name with such letters, naming them."""
        if lacking := unprintable(field.data or ""):
            raise ValidationError(
                ngettext(
                    "Our documents cannot print this character: %(letters)s. Type the name without it.",
                    "Our documents cannot print these characters: %(letters)s. Type the name without them.",
                    len(lacking),
                    letters=" ".join(lacking[:MOST_NAMED]),
                )
            )


class MailAddress:
    """A mailbox that mail can be sent to; its original spelling is kept, the domain in lower case."""

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse what is no address; nothing is asked of the network."""
        try:
            field.data = validate_email(field.data, check_deliverability=False, test_environment=False).normalized
        except EmailNotValidError:
            raise ValidationError(_("Enter an email address in the correct format, like name@example.org")) from None


class WebAddress:
    """An http or https address with a host; a missing scheme is added."""

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse anything that a browser might run or that names no host."""
        if not field.data:
            return
        typed = field.data if "://" in field.data else f"https://{field.data}"
        try:
            parts = urlsplit(typed)
            good = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not parts.username
            good = good and (parts.port is None or parts.port > 0) and " " not in typed
        except ValueError:
            good = False
        if not good:
            raise ValidationError(_("Enter a web address in the correct format, like https://example.org"))
        field.data = typed


def text_field(
    label: object,
    *validators: Any,
    most: int = NAME,
    required: object = None,
    first: Needed | None = None,
    description: object = "",
) -> StringField:
    """Return a field for one line of text; `required` is what to say when it is empty, or `first` says it."""
    opening = first or (Optional() if required is None else Needed(message=required))
    return StringField(label, [opening, AtMost(most), *validators], filters=[cleaned], description=description)


def second_name_field() -> StringField:
    """Return the field for whoever is written to when the representative cannot be reached."""
    return text_field(_l("Name of a second contact"), NoAddress(), most=200)


def second_email_field() -> EmailField:
    """Return the field for that person's address."""
    return EmailField(
        _l("Email address of the second contact"),
        [Optional(), AtMost(254), MailAddress()],
        filters=[cleaned],
        description=_l("We write to this person only if we cannot reach you"),
    )


def publish_name_field() -> BooleanField:
    """Return the tick that lets the representative's name, and nothing else of the person, stand on the register."""
    return BooleanField(_l("Show my name on the organisation’s page in the register"))


class Affirmed:
    """The tick must be made."""

    def __init__(self, message: object) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse an open tick."""
        if not field.data:
            raise StopValidation(str(self.message))


class PlainNumber:
    """A number in digits; spaces between thousands are taken out, and a comma before decimals becomes a point."""

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse what has no single meaning."""
        typed = "".join(field.data.split())
        if not NUMBER.fullmatch(typed):
            raise ValidationError(_("Enter a number in digits, like 1250 or 12.5"))
        field.data = typed.replace(",", ".")


class Offered:
    """One of the choices that were offered."""

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse an answer that was not offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose one of the answers of the list"))


@dataclass(frozen=True)
class Asked:
    """A field that a charter adds, in the reader's words; `options` are (key, words) of a choice."""

    key: str
    type: FieldType
    required: bool
    label: str
    hint: str
    options: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, field: FieldDefinition) -> Asked:
        """Say it in the present language, and whether the answer becomes public."""
        mark = _("This answer is public.") if field.public else _("This answer is private.")
        hint = " ".join(words for words in (localised(field.hint), mark) if words)
        options = tuple((option.key, localised(option.label)) for option in field.options)
        return cls(field.key, field.type, field.required, localised(field.label), hint, options)


def asked_field(asked: Asked) -> Field:
    """Return the field that a charter asks for."""
    needed = Needed(message=_("Fill in “%(field)s”", field=asked.label))
    first = [needed if asked.required else Optional(), AtMost(NAME)]
    known = {"name": asked.key, "id": f"extra-{asked.key}", "description": asked.hint, "filters": [cleaned]}
    match asked.type:
        case FieldType.CHOICE:
            choices = [SelectChoice(key, words) for key, words in asked.options]
            return SelectField(asked.label, [*first, Offered()], choices=choices, validate_choice=False, **known)
        case FieldType.NUMBER:
            return StringField(asked.label, [*first, PlainNumber()], **known)
        case FieldType.URL:
            return URLField(asked.label, [*first, WebAddress()], **known)
        case _:
            return StringField(asked.label, first, **known)


def kept_as_typed(field: Field) -> Any:
    """Return what a field holds, judged or not, never longer than the field may be."""
    if not isinstance(field.data, str):
        return field.data
    most = next((one.max for one in field.validators if isinstance(one, AtMost)), NAME)
    return cleaned(field.data)[:most]


def is_same_mailbox(one: str, other: str) -> bool:
    """Tell whether two addresses are the same, whatever their case."""
    return bool(one) and one.strip().casefold() == other.strip().casefold()
