"""Can a change of what was said be made or asked for as it was typed? Of the organisation, its category, its people."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from wtforms import BooleanField, EmailField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from coalition.charters.shapes import CharterDefinition
from coalition.i18n import lazy_gettext as _l
from coalition.i18n import localised
from coalition.signing.application import OrganisationDetails
from coalition.signing.fields import (
    Affirmed,
    Asked,
    AtMost,
    MailAddress,
    Needed,
    NoAddress,
    asked_field,
    cleaned,
    text_field,
)
from coalition.signing.forms import EXTRA, OrganisationForm, offer_kinds
from coalition.standing.amendments import FIELDS, Change
from coalition.standing.states import ChangeKind
from coalition.web.forms import Form

LONGEST_EXPLANATION = 1000


def _explanation_field() -> TextAreaField:
    return TextAreaField(
        _l("Why does this change?"),
        [
            Needed(message=_l("Say in a few words why this changes")),
            Length(max=LONGEST_EXPLANATION, message=_l("Use at most %(most)d characters.", most=LONGEST_EXPLANATION)),
        ],
        filters=[cleaned],
        description=_l("Such as a decision of your assembly, and where it can be read. Only the secretariat reads it"),
    )


class EditForm(OrganisationForm):
    """What an open application says of the organisation."""

    def details(self, kept: OrganisationDetails) -> OrganisationDetails:
        """Return what was typed; a form that the charter does not ask for stays as it is."""
        typed = self.organisation()
        form = typed["organisation_form"] or kept.organisation_form
        return OrganisationDetails(**{**typed, "organisation_form": form})


def edit_form(
    definition: CharterDefinition, *, kept: OrganisationDetails, extra: Mapping[str, str], is_sent: bool
) -> EditForm:
    """Return the form as it was sent, or with what is kept."""
    asked = tuple(Asked.of(field) for field in definition.extra_fields if field.public)
    known = {**vars(kept), **{f"{EXTRA}{key}": value for key, value in extra.items()}}
    form = _edit_form_of(asked)(data=None if is_sent else known)
    offer_kinds(form, definition)
    return form


@lru_cache(maxsize=64)
def _edit_form_of(asked: tuple[Asked, ...]) -> type[EditForm]:
    fields = {f"{EXTRA}{one.key}": asked_field(one) for one in asked}
    return type("CharterEditForm", (EditForm,), {**fields, "asked": asked})


class OrganisationChangeForm(OrganisationForm):
    """What the register says of an organisation, and is to say."""

    registration_number = None
    explanation = _explanation_field()


class CategoryChangeForm(Form):
    """Another category of the charter's."""

    category = SelectField(_l("Category"), description=_l("The officers compare it with the charter’s criteria"))
    explanation = _explanation_field()


class RepresentativeChangeForm(Form):
    """Another person who stands for the signature, or another mailbox of the same one."""

    full_name = text_field(
        _l("Full name"), NoAddress(), most=200, required=_l("Enter the name of whoever represents the organisation")
    )
    role = text_field(
        _l("Role in the organisation"), NoAddress(), most=200, required=_l("Enter the role in the organisation")
    )
    email = EmailField(
        _l("Email address"),
        [Needed(message=_l("Enter the email address")), AtMost(254), MailAddress()],
        filters=[cleaned],
        description=_l("We send a link there; whoever opens it confirms that they take over"),
    )
    explanation = _explanation_field()


class TakeOverForm(Form):
    """The tick with which a new mailbox is confirmed."""

    i_take_over = BooleanField(
        _l("Yes, I stand for this organisation’s signature from now on"),
        [Affirmed(_l("Tick the box to confirm that you take over"))],
    )


AskForm = OrganisationChangeForm | CategoryChangeForm | RepresentativeChangeForm
FORMS: Mapping[ChangeKind, type[AskForm]] = {
    ChangeKind.ORGANISATION: OrganisationChangeForm,
    ChangeKind.CATEGORY: CategoryChangeForm,
    ChangeKind.REPRESENTATIVE: RepresentativeChangeForm,
}


def change_form(kind: ChangeKind, definition: CharterDefinition, *, present: Mapping[str, str]) -> AskForm:
    """Return the form for a change of that kind, filled in with what stands there now."""
    form = FORMS[kind](data=dict(present))
    if isinstance(form, OrganisationChangeForm):
        offer_kinds(form, definition)
    if isinstance(form, CategoryChangeForm):
        form.category.choices = [SelectChoice(item.key, localised(item.label)) for item in definition.categories]
    return form


def asked_change(kind: ChangeKind, form: AskForm) -> Change:
    """Return the change that was asked for, with every field that the form asks."""
    after = {name: form[name].data or "" for name in FIELDS[kind] if name in form}
    return Change(kind, after, form.explanation.data or "")
