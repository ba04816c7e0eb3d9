"""Can what was typed be used? Judges the fields of each step and makes the values that the acts take.

How one field is judged belongs to `fields`. Nothing here reaches the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    MultipleFileField,
    SelectField,
    TextAreaField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from coalition.charters.shapes import CharterDefinition
from coalition.i18n import gettext as _
from coalition.i18n import lazy_gettext as _l
from coalition.i18n import localised
from coalition.organisations.names import fold
from coalition.signing.application import OrganisationDetails
from coalition.signing.fields import (
    LONG,
    NAME,
    SHORT,
    Affirmed,
    Asked,
    AtMost,
    MailAddress,
    Needed,
    NoAddress,
    Printable,
    WebAddress,
    asked_field,
    cleaned,
    is_same_mailbox,
    kept_as_typed,
    text_field,
)
from coalition.territories import names as territory_names
from coalition.web.forms import Form

EXTRA = "extra_"
HAND_OVER = "hand_over"


class OrganisationForm(Form):
    """The organisation. `organisation_form` offers the charter's own choices; `asked` are the fields that it adds."""

    asked: tuple[Asked, ...] = ()
    official_name = text_field(
        _l("Official name"),
        NoAddress(),
        Printable(),
        required=_l("Enter the official name of your organisation"),
        description=_l("As it appears in your statutes or official papers, in your own language and script"),
    )
    latin_name = text_field(
        _l("Name in Latin letters"),
        NoAddress(),
        Printable(),
        description=_l("So that people who read other scripts can find you"),
    )
    acronym = text_field(_l("Acronym"), NoAddress(), most=SHORT)
    aliases = text_field(_l("Other names"), NoAddress(), description=_l("Names you also use, separated by commas"))
    country = text_field(
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
    registration_number = text_field(
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

    def organisation(self) -> dict[str, str]:
        """Return what was typed of the organisation, judged or not."""
        return organisation_values({name: kept_as_typed(field) for name, field in self._fields.items()})

    def extra(self) -> dict[str, str]:
        """Return what was typed into the charter's own fields, judged or not."""
        return {asked.key: kept_as_typed(field) or "" for asked, field in self.extra_fields()}

    def extra_fields(self) -> list[tuple[Asked, Field]]:
        """Return the charter's own fields in their order."""
        return [(asked, self[f"{EXTRA}{asked.key}"]) for asked in self.asked]


def offer_kinds(form: OrganisationForm, definition: CharterDefinition) -> None:
    """Let a form offer the charter's own kinds of organisation; one that does not ask for it takes no answer either."""
    question = definition.question("organisation_form")
    if question is None:
        del form.organisation_form
    else:
        form.organisation_form.choices = [SelectChoice(item.key, localised(item.label)) for item in question.options]


def shown_organisation(organisation: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a draft holds by the names that the form's fields have."""
    return {**organisation, **{f"{EXTRA}{key}": value for key, value in extra.items()}}


@lru_cache(maxsize=64)
def organisation_form_of(asked: tuple[Asked, ...]) -> type[OrganisationForm]:
    """Return the organisation's form with the fields that a charter adds, in the reader's words."""
    fields = {f"{EXTRA}{one.key}": asked_field(one) for one in asked}
    return type("CharterOrganisationForm", (OrganisationForm,), {**fields, "asked": asked})


def organisation_values(typed: Mapping[str, Any]) -> dict[str, str]:
    """Return the organisation's fields of a form or a draft, "" where nothing was typed."""
    return {name: typed.get(name) or "" for name in OrganisationDetails.__dataclass_fields__}


class ProofForm(Form):
    """Files that show the mandate; their bytes are judged by `uploads`, their limits are settings that pages say."""

    mandate_document = MultipleFileField(_l("Documents that show that you may sign"))


class ReviewForm(Form):
    """What signs: the statements of a charter and, last, the typed name are added by `review_form`.

    `seen` names what the page showed: a form that another browser has changed since is read again before it is signed.
    """

    seen = HiddenField()
    statements: tuple[str, ...] = ()
    expected_name = expected_seen = ""

    def validate_seen(self, field: Field) -> None:
        """Refuse to sign other words than those that were read."""
        if field.data and field.data != self.expected_seen:
            raise ValidationError(
                _("This form has changed since you opened this page. Read your answers again, then sign.")
            )

    def validate_typed_name(self, field: Field) -> None:
        """Compare with the name given before, whatever its case, accents and spaces."""
        if fold(field.data).split() != fold(self.expected_name).split():
            raise ValidationError(_("Type your name as you wrote it before: %(name)s", name=self.expected_name))


@lru_cache(maxsize=64)
def review_form(statements: tuple[tuple[str, str], ...]) -> type[ReviewForm]:
    """Return the form with a tick for each statement, given as (key, words in the reader's language)."""
    fields = {
        key: BooleanField(words, [Affirmed(_("Tick to sign: “%(statement)s”", statement=words))])
        for key, words in statements
    }
    name = text_field(_l("Type your full name to sign"), most=200, required=_l("Type your full name to sign"))
    keys = tuple(key for key, _words in statements)
    return type("CharterReviewForm", (ReviewForm,), {**fields, "typed_name": name, "statements": keys})


class ConfirmForm(Form):
    """A tick that a person makes: mail scanners open links and send forms, but tick nothing."""

    i_confirm = BooleanField(
        _l("Yes, I sign for this organisation"), [Affirmed(_l("Tick the box to confirm your signature"))]
    )


class DisownForm(Form):
    """The same for "this was not me"."""

    i_disown = BooleanField(
        _l("I did not sign, or I am not this person"), [Affirmed(_l("Tick the box if this was not you"))]
    )


class HandOverForm(Form):
    """The button by which a preparer hands over. It says so: a form that was meant to sign hands nothing over."""

    act = HiddenField()

    def validate_act(self, field: Field) -> None:
        """Refuse a form of another page."""
        if field.data != HAND_OVER:
            raise ValidationError(_("This page has changed since you opened it. Read it again, then press the button."))


class AddressForm(Form):
    """Another address for the confirmation. `preparer_address` is one that it may not be."""

    preparer_address = ""
    email = EmailField(
        _l("Work email address"),
        [Needed(message=_l("Enter your work email address")), AtMost(254), MailAddress()],
        filters=[cleaned],
    )

    def validate_email(self, field: Field) -> None:
        """Refuse the preparer's mailbox: whoever only filled in the form must not be able to confirm it."""
        if is_same_mailbox(self.preparer_address, field.data):
            raise ValidationError(
                _("This is the address of the person who filled in the form. Enter that of the person who signs.")
            )


class SaveForm(Form):
    """Where the link to a draft is sent."""

    email = EmailField(
        _l("Your email address"),
        [Needed(message=_l("Enter your email address")), AtMost(254), MailAddress()],
        filters=[cleaned],
        description=_l("We use it for this link only"),
    )
