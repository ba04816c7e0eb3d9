"""Is what an officer typed usable? Signing in, choosing a password, the code of an authenticator."""

from __future__ import annotations

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import DateField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from coalition.accounts.credentials import LONGEST, SHORTEST, PasswordFault, password_fault
from coalition.i18n import lazy_gettext as _l
from coalition.web.forms import Form

NAME_MOST, ADDRESS_MOST, CODE_MOST, LABEL_MOST, DAYS_MOST = 200, 254, 20, 80, 366
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


def visible(typed: str | None) -> str:
    """Return what can be seen of a line, with single spaces."""
    return " ".join("".join(sign for sign in typed or "" if sign.isprintable()).split())


class SignInForm(Form):
    """Address, password and code; whether they belong together is judged elsewhere."""

    email = StringField(_l("Email address"), _needed(_l("Enter your email address."), most=ADDRESS_MOST))
    password = PasswordField(_l("Password"), _needed(_l("Enter your password."), most=LONGEST))
    code = StringField(_l("Code from your authenticator app"), _needed(DIGITS, most=CODE_MOST))


class PasswordForm(Form):
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


class Addressed:
    """What makes a typed name and address usable, whoever types them."""

    name_missing = _l("Enter the name.")

    def validate_email(self, field: StringField) -> None:
        """Refuse what is no address, and keep the normal form of what is one."""
        address = checked_address(field.data or "")
        if address is None:
            raise ValidationError(_l("Enter an email address in the correct format, like name@example.org."))
        field.data = address

    def validate_name(self, field: StringField) -> None:
        """Take out what cannot be seen; refuse a name of nothing else."""
        field.data = visible(field.data)
        if not field.data:
            raise ValidationError(self.name_missing)


class FirstOfficerForm(Addressed, PasswordForm):
    """The first officer also says who that is."""

    name_missing = _l("Enter your name.")
    name = StringField(_l("Your name"), _needed(_l("Enter your name."), most=NAME_MOST))
    email = StringField(_l("Your email address"), _needed(_l("Enter your email address."), most=ADDRESS_MOST))

    def _invited(self) -> tuple[str, str]:
        return self.email.data or "", self.name.data or ""


class CodeForm(Form):
    """The first code of an authenticator."""

    code = StringField(_l("Code that the app shows now"), _needed(DIGITS, most=CODE_MOST))


class FactorForm(Form):
    """A second factor, shown anew: a code of the authenticator, or a recovery code."""

    factor_code = StringField(
        _l("Code from your authenticator app"), _needed(DIGITS, most=CODE_MOST), description=_l("Or a recovery code.")
    )


class NewPasskeyForm(Form):
    """What a passkey that is being made is called; its answer comes from the browser."""

    label = StringField(
        _l("Name of the passkey"),
        [InputRequired(_l("Give the passkey a name.")), Length(max=LABEL_MOST, message=_l("Give the passkey a name."))],
        description=_l("By which you know it again, such as “my phone”."),
    )
    passkey = HiddenField()

    def validate_label(self, field: StringField) -> None:
        """Take out what cannot be seen; refuse a name of nothing else."""
        field.data = visible(field.data)
        if not field.data:
            raise ValidationError(_l("Give the passkey a name."))


class AuthenticatorForm(CodeForm):
    """The first code of another authenticator; `sealed` is the secret that the page has shown, for this officer."""

    sealed = HiddenField()


class AbsenceForm(Form):
    """From when to when an officer is away."""

    first_on = DateField(_l("First day away"), [InputRequired(_l("Enter the first day away."))])
    last_on = DateField(_l("Last day away"), [InputRequired(_l("Enter the last day away."))])

    def validate_last_on(self, field: DateField) -> None:
        """Refuse an absence that ends before it begins, or lasts for years."""
        if field.data and self.first_on.data:
            days = (field.data - self.first_on.data).days
            if not 0 <= days <= DAYS_MOST:
                raise ValidationError(_l("Enter a last day that is not before the first, and within a year."))
