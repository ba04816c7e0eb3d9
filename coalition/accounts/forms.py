"""Is what an officer typed usable? Signing in, choosing a password, the code of an authenticator."""

from __future__ import annotations

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from coalition.accounts.credentials import LONGEST, SHORTEST, PasswordFault, password_fault
from coalition.i18n import lazy_gettext as _l

NAME_MOST, ADDRESS_MOST, CODE_MOST = 200, 254, 20
DIGITS = _l("Enter the six digits that your authenticator app shows.")

FAULTS = {
    PasswordFault.LENGTH: _l("Choose a password of %(least)d to %(most)d characters.", least=SHORTEST, most=LONGEST),
    PasswordFault.GUESSABLE: _l("Choose a password that is neither your name nor your address nor one sign repeated."),
}


def _needed(sentence: object, *, most: int) -> list[Any]:
    return [InputRequired(sentence), Length(max=most, message=sentence)]


def checked_address(typed: str) -> str | None:
    """Return the normal form of an e-mail address; None for what is none."""
    try:
        return validate_email(typed.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        return None


class SignInForm(FlaskForm):
    """Address, password and code; whether they belong together is judged elsewhere."""

    email = StringField(_l("Email address"), _needed(_l("Enter your email address."), most=ADDRESS_MOST))
    password = PasswordField(_l("Password"), _needed(_l("Enter your password."), most=LONGEST))
    code = StringField(_l("Code from your authenticator app"), _needed(DIGITS, most=CODE_MOST))


class PasswordForm(FlaskForm):
    """A new password, twice; `email` and `name` of the person invited must not serve as one."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Choose a password."))],
        description=_l("At least %(least)d characters. A few words together are easy to keep in mind.", least=SHORTEST),
    )
    password_again = PasswordField(_l("The same password again"), [InputRequired(_l("Enter the same password again."))])

    def __init__(self, *, invited_email: str, invited_name: str) -> None:
        super().__init__()
        self.invited_email, self.invited_name = invited_email, invited_name

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a password that is short, endless or easy to guess."""
        email, name = self._invited()
        if fault := password_fault(field.data or "", email=email, name=name):
            raise ValidationError(FAULTS[fault])

    def validate_password_again(self, field: PasswordField) -> None:
        """Refuse two passwords that differ."""
        if field.data != self.password.data:
            raise ValidationError(_l("Enter the same password twice."))

    def _invited(self) -> tuple[str, str]:
        return self.invited_email, self.invited_name


class FirstOfficerForm(PasswordForm):
    """The first officer also says who that is."""

    name = StringField(_l("Your name"), _needed(_l("Enter your name."), most=NAME_MOST))
    email = StringField(_l("Your email address"), _needed(_l("Enter your email address."), most=ADDRESS_MOST))

    def validate_email(self, field: StringField) -> None:
        """Refuse what is no address, and keep the normal form of what is one."""
        address = checked_address(field.data or "")
        if address is None:
            raise ValidationError(_l("Enter an email address in the correct format, like name@example.org."))
        field.data = address

    def validate_name(self, field: StringField) -> None:
        """Take out what cannot be seen; refuse a name of nothing else."""
        field.data = " ".join("".join(sign for sign in field.data or "" if sign.isprintable()).split())
        if not field.data:
            raise ValidationError(_l("Enter your name."))

    def _invited(self) -> tuple[str, str]:
        return self.email.data or "", self.name.data or ""


class CodeForm(FlaskForm):
    """The first code of an authenticator."""

    code = StringField(_l("Code that the app shows now"), _needed(DIGITS, most=CODE_MOST))
