"""Is what is typed about an officer usable? Whom to invite, which role, which limits."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, ValidationError

from coalition.accounts.forms import ADDRESS_MOST, NAME_MOST, Addressed, visible
from coalition.accounts.permissions import Role
from coalition.i18n import lazy_gettext as _l
from coalition.web.forms import Form

NETWORKS_MOST, NETWORK_MOST, NETWORKS_LETTERS = 50, 200, 4000
ROLES = tuple(role.value for role in Role if role is not Role.OUTSIDE)


def _role_field() -> RadioField:
    wanted = [AnyOf(ROLES, message=_l("Choose a role."))]
    return RadioField(_l("Role"), wanted, choices=list(ROLES), validate_choice=False)


class PersonForm(Addressed, Form):
    """Name and address of somebody who is invited."""

    name = StringField(
        _l("Name"), [InputRequired(_l("Enter the name.")), Length(max=NAME_MOST, message=_l("Enter the name."))]
    )
    email = StringField(
        _l("Email address"),
        [
            InputRequired(_l("Enter the email address.")),
            Length(max=ADDRESS_MOST, message=_l("Enter the email address.")),
        ],
        description=_l("The link goes there and is shown to nobody else."),
    )


class RoleForm(Form):
    """What an officer is for the coalition."""

    role = _role_field()


class InviteForm(PersonForm):
    """Whom to invite as what."""

    role = _role_field()


class LimitsForm(Form):
    """To which charters an officer is limited, and to which networks the officer belongs."""

    charters = SelectMultipleField(_l("Charters"))
    networks = TextAreaField(
        _l("Own networks"),
        [Length(max=NETWORKS_LETTERS, message=_l("Name fewer networks."))],
        description=_l(
            "Domains or names of organisations to which this officer belongs, one a line. Nobody decides on "
            "applications from the own network."
        ),
    )

    def offer(self, slugs: Sequence[str]) -> LimitsForm:
        """Offer the charters that there are."""
        self.charters.choices = list(slugs)
        return self

    def validate_networks(self, field: TextAreaField) -> None:
        """Refuse more networks than anybody has."""
        names = self.network_names()
        if len(names) > NETWORKS_MOST or any(len(name) > NETWORK_MOST for name in names):
            raise ValidationError(_l("Name fewer networks."))

    def network_names(self) -> list[str]:
        """Return what was typed, each network once, in the order typed."""
        return list(dict.fromkeys(name for line in (self.networks.data or "").splitlines() if (name := visible(line))))
