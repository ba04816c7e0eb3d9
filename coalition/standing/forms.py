"""Is what an officer sent an act on a signatory? A suspension, a removal, a correction, a succession, a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from coalition.certificates.states import ERRORS, RevocationReason
from coalition.i18n import lazy_gettext as _l
from coalition.signing.fields import Affirmed, text_field
from coalition.signing.forms import OrganisationForm
from coalition.standing.amendments import LONGEST_TEXT, ORGANISATION, Heir, Notice, Removal
from coalition.standing.states import Ground, SuccessionKind
from coalition.web.forms import Form

TOO_LONG = _l("Write at most %(most)d characters.", most=LONGEST_TEXT)
GROUNDS = {
    Ground.COMMITMENTS: _l("It does not keep the commitments that it signed"),
    Ground.NOT_ELIGIBLE: _l("It no longer meets the criteria"),
    Ground.DISSOLVED: _l("It no longer exists"),
    Ground.UNREACHABLE: _l("It can no longer be reached"),
    Ground.MISUSE: _l("It misuses the certificate or the coalition’s name"),
    Ground.OTHER: _l("Another reason, given in the message"),
}
REASONS = {
    RevocationReason.WRONG_FACTS: _l("It says something that is not right"),
    RevocationReason.ISSUED_BY_MISTAKE: _l("It should not have been issued"),
    RevocationReason.DEFECTIVE_FILE: _l("Its file is defective"),
    RevocationReason.KEY_MISUSED: _l("The key that sealed it may have been misused"),
    RevocationReason.DELISTED: _l("The organisation was removed from the register"),
}
APPROVE, DECLINE = "approve", "decline"


def _kept(typed: str | None) -> str:
    """Return a text as it is kept: one kind of line end, nothing else that cannot be seen."""
    lines = (typed or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(sign for sign in line if sign.isprintable()) for line in lines).strip()


def words_field(label: object, *validators: Any, description: object = "") -> TextAreaField:
    """Return a field for some lines of words."""
    return TextAreaField(label, [*validators, Length(max=LONGEST_TEXT, message=TOO_LONG)], [_kept], description)


def _choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    return [SelectChoice(str(key), words) for key, words in pairs]


def _ground_field() -> SelectField:
    return SelectField(
        _l("Reason"), [DataRequired(_l("Choose the reason."))], choices=_choices([("", _l("Choose")), *GROUNDS.items()])
    )


class SuspensionForm(Form):
    """A suspension: why, what the representative is told, and until when."""

    ground = _ground_field()
    message = words_field(
        _l("Message to the representative"),
        DataRequired(_l("Write what the organisation can do to have the suspension lifted.")),
        description=_l("What is wrong, and what they can do about it. The mail adds the dates"),
    )
    ends_on = DateField(
        _l("Last day of the suspension"),
        [InputRequired(_l("Choose the last day of the suspension."))],
        description=_l("The signature returns by itself on the day after"),
    )

    def notice(self) -> Notice:
        """Return the suspension that was sent; it ends with its last day, in UTC."""
        last: date = self.ends_on.data
        ends_at = datetime.combine(last + timedelta(days=1), time(), UTC)
        return Notice(Ground(self.ground.data), self.message.data, ends_at)


class DelistingForm(Form):
    """A removal as one officer proposes it."""

    ground = _ground_field()
    message = words_field(
        _l("Message to the representative"),
        DataRequired(_l("Write the reason in words that the organisation can answer.")),
        description=_l("Sent when another officer has confirmed. The mail says how to appeal"),
    )
    note = words_field(_l("Note for colleagues"), description=_l("The organisation never reads it"))

    def removal(self) -> Removal:
        """Return the removal that was proposed."""
        return Removal(Ground(self.ground.data), self.message.data, self.note.data)


class RevocationForm(Form):
    """A certificate's revocation for an error, as one officer proposes it."""

    reason = SelectField(
        _l("What is wrong with it?"),
        [DataRequired(_l("Choose the reason."))],
        choices=_choices([("", _l("Choose")), *((reason, REASONS[reason]) for reason in ERRORS)]),
        description=_l("Public: whoever checks the certificate reads it"),
    )
    note = words_field(
        _l("Note for colleagues"),
        DataRequired(_l("Say in a few words what is wrong, so that a colleague can check it.")),
        description=_l("The organisation never reads it"),
    )
    i_am_sure = BooleanField(_l("A revoked certificate never counts again"), [Affirmed(_l("Tick the box to go on"))])


class CorrectionForm(OrganisationForm):
    """What the register says of the organisation, to be mended; `seen_sha256` names what was there when it opened."""

    registration_number = None
    explanation = words_field(
        _l("What was wrong?"),
        DataRequired(_l("Say in a few words what was wrong.")),
        description=_l("For the record. The organisation is told that a slip was corrected"),
    )
    seen_sha256 = HiddenField()

    def wished(self) -> Mapping[str, str]:
        """Return what was typed, by the names of the fields; a form that the charter does not ask for stays."""
        return {name: self[name].data or "" for name in ORGANISATION if name in self}


class SuccessionForm(Form):
    """Who goes on in a signatory's place."""

    number = text_field(
        _l("Register number of the organisation that goes on"),
        most=40,
        required=_l("Enter the register number of the organisation that goes on"),
        description=_l("It has signed for itself and is on the register of the same text"),
    )
    kind = RadioField(
        _l("What has happened?"),
        [InputRequired(_l("Choose what has happened."))],
        choices=_choices(
            [
                (SuccessionKind.SUCCESSION.value, _l("It goes on under another legal form or name")),
                (SuccessionKind.MERGER.value, _l("It has merged into the other organisation")),
            ]
        ),
    )
    note = words_field(_l("What shows it?"), description=_l("For the record, such as a decision or a gazette"))
    i_am_sure = BooleanField(
        _l("This signature ends today, and that cannot be undone"), [Affirmed(_l("Tick the box to go on"))]
    )

    def heir(self) -> Heir:
        """Return who goes on."""
        return Heir(self.number.data, SuccessionKind(self.kind.data), self.note.data)


class ChangeForm(Form):
    """What an officer says to a change that was asked for."""

    decision = RadioField(
        _l("Your decision"),
        [InputRequired(_l("Choose your decision."))],
        choices=_choices([(APPROVE, _l("Approve")), (DECLINE, _l("Decline"))]),
    )
    message = words_field(_l("Message to the representative"), description=_l("Needed when you decline"))

    @property
    def approves(self) -> bool:
        """Tell whether this is an approval."""
        return bool(self.decision.data == APPROVE)

    def validate_message(self, field: TextAreaField) -> None:
        """Refuse to decline without a word."""
        if self.decision.data == DECLINE and not field.data:
            raise ValidationError(_l("Write why the change is not made."))
