"""Can it be taken as it was typed? Private details, an answer to officers, an appeal, and taking the signature back."""

from __future__ import annotations

from functools import lru_cache

from wtforms import BooleanField, MultipleFileField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from coalition.charters.shapes import CharterDefinition
from coalition.i18n import lazy_gettext as _l
from coalition.signing.application import PrivateDetails
from coalition.signing.fields import (
    Affirmed,
    Asked,
    NoAddress,
    asked_field,
    cleaned,
    publish_name_field,
    second_email_field,
    second_name_field,
    text_field,
)
from coalition.web.forms import Form

LONGEST_REASON = 1000
LONGEST_ANSWER = 4000
EXTRA = "extra_"


class DetailsForm(Form):
    """What may be changed at once; `asked` are the charter's own private fields."""

    asked: tuple[Asked, ...] = ()
    role = text_field(
        _l("Role in the organisation"), NoAddress(), most=200, required=_l("Enter your role in the organisation")
    )
    registration_number = text_field(
        _l("Registration number"), most=100, description=_l("If an authority keeps a register of your organisation")
    )
    second_contact_name = second_name_field()
    second_contact_email = second_email_field()
    publish_name = publish_name_field()

    def details(self) -> PrivateDetails:
        """Return what was typed."""
        return PrivateDetails(
            role=self.role.data,
            registration_number=self.registration_number.data or "",
            second_contact_name=self.second_contact_name.data or "",
            second_contact_email=self.second_contact_email.data or "",
            publish_name=bool(self.publish_name.data),
            extra={one.key: self[f"{EXTRA}{one.key}"].data or "" for one in self.asked},
        )


def details_form(definition: CharterDefinition, *, kept: PrivateDetails, is_sent: bool) -> DetailsForm:
    """Return the form as it was sent, or with what is kept."""
    asked = tuple(Asked.of(field) for field in definition.extra_fields if not field.public)
    known = {**vars(kept), **{f"{EXTRA}{key}": value for key, value in kept.extra.items()}}
    return _form_of(asked)(data=None if is_sent else known)


@lru_cache(maxsize=64)
def _form_of(asked: tuple[Asked, ...]) -> type[DetailsForm]:
    fields = {f"{EXTRA}{one.key}": asked_field(one) for one in asked}
    return type("CharterDetailsForm", (DetailsForm,), {**fields, "asked": asked})


class WithdrawForm(Form):
    """A tick that a person makes, and words that need not be given."""

    i_withdraw = BooleanField(
        _l("Yes, my organisation withdraws its signature"), [Affirmed(_l("Tick the box to withdraw the signature"))]
    )
    reason = TextAreaField(
        _l("Why does your organisation withdraw?"),
        [Optional(), Length(max=LONGEST_REASON, message=_l("Use at most %(most)d characters.", most=LONGEST_REASON))],
        filters=[cleaned],
        description=_l("Only the secretariat reads it. It is never published"),
    )


def _lines(value: object) -> str:
    """Return typed text line by line as it is kept."""
    typed = value if isinstance(value, str) else ""
    return "\n".join(cleaned(line) for line in typed.splitlines()).strip()


def _words(label: object, *, missing: object, description: object = "") -> TextAreaField:
    most = Length(max=LONGEST_ANSWER, message=_l("Use at most %(most)d characters.", most=LONGEST_ANSWER))
    return TextAreaField(label, [DataRequired(missing), most], [_lines], description)


class AnswerForm(Form):
    """An answer to the secretariat's question, and files where they say more."""

    answer = _words(_l("Your answer"), missing=_l("Write your answer"))
    mandate_document = MultipleFileField(_l("Files"))


class AppealForm(Form):
    """Why a decision should be another one."""

    words = _words(
        _l("Why do you appeal?"),
        missing=_l("Write why you appeal"),
        description=_l("Say what was overlooked, or what has changed. Only the secretariat and the presidency read it"),
    )
