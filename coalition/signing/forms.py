"""Can what was typed be used? Judges the fields of each step and makes the values that the acts take.

Every field has a limit and an error that says what to do. Nothing here reaches the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from coalition.i18n import gettext as _
from coalition.i18n import lazy_gettext as _l
from coalition.organisations.names import clean_name, fold
from coalition.signing.application import MandateBasis, OrganisationDetails, RepresentativeDetails
from coalition.territories import names as territory_names

NAME, SHORT, LONG = 300, 40, 400
ADDRESS_MARKS = ("://", "www.", "@")


def cleaned(value: Any) -> str:
    """Return typed text as it is kept: NFC, nothing invisible, white space single; "" for anything that is no text."""
    return clean_name(value) if isinstance(value, str) else ""


class Needed(InputRequired):
    """Something other than white space must be typed."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Stop with the message when the cleaned text is empty."""
        if not field.data:
            raise StopValidation(str(self.message))


class AtMost(Length):
    """At most so many characters."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most, message=_l("Use at most %(most)s characters.", most=most))


class NoAddress:
    """A name holds no web or mail address: nobody can make us mail one to a third person."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Refuse text with an address in it."""
        if any(mark in (field.data or "").casefold() for mark in ADDRESS_MARKS):
            raise ValidationError(_("Leave web and email addresses out of this field."))


class MailAddress:
    """A mailbox that mail can be sent to; its original spelling is kept, the domain in lower case."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Refuse what is no address; nothing is asked of the network."""
        try:
            field.data = validate_email(field.data, check_deliverability=False, test_environment=False).normalized
        except EmailNotValidError:
            raise ValidationError(_("Enter an email address in the correct format, like name@example.org")) from None


class WebAddress:
    """An http or https address with a host; a missing scheme is added."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
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


def _text(
    label: object, *validators: Any, most: int = NAME, required: object = None, description: object = ""
) -> StringField:
    first = Optional() if required is None else Needed(message=required)
    return StringField(label, [first, AtMost(most), *validators], filters=[cleaned], description=description)


class OrganisationForm(FlaskForm):
    """The organisation. `organisation_form` offers the charter's own choices."""

    official_name = _text(
        _l("Official name"),
        NoAddress(),
        required=_l("Enter the official name of your organisation"),
        description=_l("As it appears in your statutes, in your own language and script"),
    )
    latin_name = _text(
        _l("Name in Latin letters"), NoAddress(), description=_l("So that people who read other scripts can find you")
    )
    acronym = _text(_l("Acronym"), NoAddress(), most=SHORT)
    aliases = _text(_l("Other names"), NoAddress(), description=_l("Names you also use, separated by commas"))
    country = _text(
        _l("Country or territory of your main office"),
        most=2,
        required=_l("Choose the country or territory of your main office"),
    )
    organisation_form = SelectField(_l("Kind of organisation"), validate_choice=False)
    website = URLField(
        _l("Website or public page"),
        [Optional(), AtMost(NAME), WebAddress()],
        filters=[cleaned],
        description=_l("Like https://example.org"),
    )
    registration_number = _text(
        _l("Registration number"), most=100, description=_l("If an authority keeps a register of your organisation")
    )
    description = TextAreaField(
        _l("What does your organisation do?"),
        [Optional(), AtMost(LONG)],
        filters=[cleaned],
        description=_l("2 or 3 sentences, up to 400 characters. This text is public"),
    )

    def validate_country(self, field: Field) -> None:
        """Refuse a code that is not in the table."""
        if not territory_names.is_known(field.data):
            raise ValidationError(_("Choose the country or territory of your main office"))

    def validate_organisation_form(self, field: Field) -> None:
        """Refuse a kind that the charter does not offer."""
        if field.choices and field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose the kind of your organisation"))

    def details(self) -> OrganisationDetails:
        """Return what was typed."""
        return OrganisationDetails(**organisation_values(self.data))


def organisation_values(typed: Mapping[str, Any]) -> dict[str, str]:
    """Return the organisation's fields of a form or a draft, "" where nothing was typed."""
    return {name: typed.get(name) or "" for name in OrganisationDetails.__dataclass_fields__}


MANDATES: Mapping[str, object] = {
    MandateBasis.DECISION.value: _l("Minutes or a decision of our governing body"),
    MandateBasis.LETTER.value: _l("A letter from our president or board"),
    MandateBasis.OFFICE.value: _l("Our statutes name me as legal representative"),
    MandateBasis.LATER.value: _l("I will send it later"),
}


class RepresentativeForm(FlaskForm):
    """The person who signs."""

    full_name = _text(_l("Full name"), NoAddress(), most=200, required=_l("Enter your full name"))
    role = _text(
        _l("Your role in the organisation"),
        NoAddress(),
        most=200,
        required=_l("Enter your role in the organisation"),
        description=_l("For example, president or secretary general"),
    )
    email = EmailField(
        _l("Work email address"),
        [Needed(message=_l("Enter your work email address")), AtMost(254), MailAddress()],
        filters=[cleaned],
        description=_l("We send a link to this address to confirm that you signed. It is never published"),
    )
    publish_name = BooleanField(_l("Show my name and role on the organisation’s page in the register"))
    mandate = RadioField(
        _l("How can we see that you may sign?"),
        choices=[SelectChoice(value, label) for value, label in MANDATES.items()],
        validate_choice=False,
    )
    second_contact_name = _text(_l("Name of a second contact"), NoAddress(), most=200)
    second_contact_email = EmailField(
        _l("Email address of the second contact"),
        [Optional(), AtMost(254), MailAddress()],
        filters=[cleaned],
        description=_l("We write to this person only if we cannot reach you"),
    )

    def validate_mandate(self, field: Field) -> None:
        """Refuse an answer that was not offered."""
        if field.data not in set(MandateBasis):
            raise ValidationError(_("Choose how we can see that you may sign"))

    def details(self) -> RepresentativeDetails:
        """Return what was typed."""
        return representative_details(self.data)


def representative_details(typed: Mapping[str, Any]) -> RepresentativeDetails:
    """Return the representative of a form or a draft."""
    return RepresentativeDetails(
        full_name=typed.get("full_name") or "",
        role=typed.get("role") or "",
        email=typed.get("email") or "",
        publish_name=bool(typed.get("publish_name")),
        mandate=MandateBasis(typed["mandate"]),
        second_contact_name=typed.get("second_contact_name") or "",
        second_contact_email=typed.get("second_contact_email") or "",
    )


class ProofForm(FlaskForm):
    """Files that show the mandate; their bytes are judged by `uploads`."""

    mandate_document = MultipleFileField(
        _l("Documents that show that you may sign"),
        description=_l("PDF, PNG, JPEG or WebP, up to 15 MB each. A clear photo is fine. You can also send them later"),
    )


class Affirmed:
    """The tick must be made."""

    def __init__(self, message: object = None) -> None:
        self.message = message or _l("Tick this statement to sign")

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Refuse an open tick."""
        if not field.data:
            raise StopValidation(str(self.message))


class ReviewForm(FlaskForm):
    """The typed name; the statements of a charter are added by `review_form`."""

    typed_name = _text(_l("Type your full name to sign"), most=200, required=_l("Type your full name to sign"))
    statements: tuple[str, ...] = ()
    expected_name = ""

    def validate_typed_name(self, field: Field) -> None:
        """Compare with the name given before, whatever its case, accents and spaces."""
        if fold(field.data).split() != fold(self.expected_name).split():
            raise ValidationError(_("Type your name as you wrote it before: %(name)s", name=self.expected_name))


@lru_cache(maxsize=64)
def review_form(statements: tuple[tuple[str, str], ...]) -> type[ReviewForm]:
    """Return the form with a tick for each statement, given as (key, words in the reader's language)."""
    fields = {key: BooleanField(words, [Affirmed()]) for key, words in statements}
    return type("CharterReviewForm", (ReviewForm,), {**fields, "statements": tuple(key for key, _words in statements)})


class ConfirmForm(FlaskForm):
    """A tick that a person makes: mail scanners open links and send forms, but tick nothing."""

    i_confirm = BooleanField(
        _l("Yes, I sign for this organisation"), [Affirmed(_l("Tick the box to confirm your signature"))]
    )


class DisownForm(FlaskForm):
    """The same for "this was not me"."""

    i_disown = BooleanField(
        _l("I did not sign, or I am not this person"), [Affirmed(_l("Tick the box if this was not you"))]
    )


class AddressForm(FlaskForm):
    """Another address for the confirmation."""

    email = EmailField(
        _l("Work email address"),
        [Needed(message=_l("Enter your work email address")), AtMost(254), MailAddress()],
        filters=[cleaned],
    )
