"""Who signs, and who fills in the form? Judges what is asked of the two people and makes the values that the acts take.

The other steps belong to `forms`, how one field is judged to `fields`. Nothing here reaches the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import EmailField, Field, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from coalition.i18n import gettext as _
from coalition.i18n import lazy_gettext as _l
from coalition.signing.application import MandateBasis, RepresentativeDetails
from coalition.signing.fields import (
    AtMost,
    MailAddress,
    NeededOf,
    NeededOfPreparer,
    NoAddress,
    cleaned,
    is_same_mailbox,
    kept_as_typed,
    publish_name_field,
    second_email_field,
    second_name_field,
    text_field,
)
from coalition.web.forms import Form

ME, SOMEONE_ELSE = "me", "someone_else"
MANDATES: Mapping[str, object] = {
    MandateBasis.DECISION.value: _l("Minutes or a decision of our governing body"),
    MandateBasis.LETTER.value: _l("A letter from our president or board"),
    MandateBasis.OFFICE.value: _l("Our statutes name the person who signs as legal representative"),
    MandateBasis.LATER.value: _l("It will be sent later"),
}
SIGNERS: Mapping[str, object] = {
    ME: _l("I sign myself"),
    SOMEONE_ELSE: _l("Somebody else signs: I only fill in the form"),
}


class SignerForm(Form):
    """The person who signs. `preparer_address` is that of whoever filled in the form for them, if anybody did."""

    preparer_address = ""
    full_name = text_field(
        _l("Full name"),
        NoAddress(),
        most=200,
        first=NeededOf(_l("Enter your full name"), other=_l("Enter the full name of the person who signs")),
    )
    role = text_field(
        _l("Role in the organisation"),
        NoAddress(),
        most=200,
        first=NeededOf(
            _l("Enter your role in the organisation"),
            other=_l("Enter the role that the person who signs has in the organisation"),
        ),
        description=_l("For example, president or secretary general"),
    )
    email = EmailField(
        _l("Work email address"),
        [
            NeededOf(
                _l("Enter your work email address"), other=_l("Enter the work email address of the person who signs")
            ),
            AtMost(254),
            MailAddress(),
        ],
        filters=[cleaned],
        description=_l("We send a link to this address to confirm the signature. It is never published"),
    )
    publish_name = publish_name_field()
    mandate = RadioField(
        _l("What shows that the person who signs may do so?"),
        choices=[SelectChoice(value, label) for value, label in MANDATES.items()],
        validate_choice=False,
    )
    second_contact_name = second_name_field()
    second_contact_email = second_email_field()

    def validate_email(self, field: Field) -> None:
        """Refuse the preparer's mailbox: whoever only filled in the form must not be able to confirm it."""
        if is_same_mailbox(self.preparer_address, field.data):
            raise ValidationError(
                _("This is the address of the person who filled in the form. Enter another one: only you confirm.")
            )

    def validate_mandate(self, field: Field) -> None:
        """Refuse an answer that was not offered."""
        if field.data not in set(MandateBasis):
            raise ValidationError(_("Choose what shows that the person who signs may do so"))

    def typed(self) -> dict[str, Any]:
        """Return what was typed, judged or not."""
        return {name: kept_as_typed(field) for name, field in self._fields.items() if name != "csrf_token"}

    def preparer(self) -> dict[str, str] | None:
        """Return who fills in the form for another, {} for nobody; None where this is not asked."""
        return None


class RepresentativeForm(SignerForm):
    """The person who signs, and whoever fills in the form if that is somebody else."""

    signer = RadioField(
        _l("Who signs?"),
        choices=[SelectChoice(value, label) for value, label in SIGNERS.items()],
        default=ME,
        validate_choice=False,
    )
    preparer_name = StringField(
        _l("Your own name"),
        [
            NeededOfPreparer(_l("Enter your own name: the person who signs sees who filled in the form")),
            AtMost(200),
            NoAddress(),
        ],
        filters=[cleaned],
    )
    preparer_email = EmailField(
        _l("Your own email address"),
        [
            NeededOfPreparer(_l("Enter your own email address: we tell you when it is signed")),
            AtMost(254),
            MailAddress(),
        ],
        filters=[cleaned],
        description=_l("We write to you once: when the signature is confirmed"),
    )

    @property
    def is_for_another(self) -> bool:
        """Tell whether somebody else is to sign."""
        return bool(self.signer.data == SOMEONE_ELSE)

    def validate_signer(self, field: Field) -> None:
        """Refuse an answer that was not offered."""
        if field.data not in SIGNERS:
            raise ValidationError(_("Choose who signs"))

    def validate_preparer_email(self, field: Field) -> None:
        """Refuse one mailbox for both: whoever only fills in the form must not be able to confirm it."""
        if is_same_mailbox(field.data, self.email.data or ""):
            raise ValidationError(
                _("You gave one address for two people. Enter your own here: only the person who signs confirms.")
            )

    def typed(self) -> dict[str, Any]:
        """Return what was typed; only the person who signs may let a name be published."""
        return {**super().typed(), **({"publish_name": False} if self.is_for_another else {})}

    def preparer(self) -> dict[str, str] | None:
        """Return who fills in the form for another, {} for nobody."""
        if not self.is_for_another:
            return {}
        return {"name": self.preparer_name.data, "email": self.preparer_email.data}


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
