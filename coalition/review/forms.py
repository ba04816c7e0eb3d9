"""Is what an officer sent a decision? The search over the queue, the decision, a note."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from coalition.charters.shapes import CharterDefinition
from coalition.i18n import lazy_gettext as _l
from coalition.i18n import localised
from coalition.review.decisions import LONGEST_TEXT, Approval, MandateBasis, Refusal, Verdict

OTHER = "other"
TOO_LONG = _l("Write at most %(most)d characters.", most=LONGEST_TEXT)
VERDICTS = {Verdict.APPROVE: _l("Approve"), Verdict.DECLINE: _l("Decline")}
BASES = {
    MandateBasis.DOCUMENT: _l("A document that they sent"),
    MandateBasis.PUBLIC_SOURCE: _l("A public source"),
    MandateBasis.LETTER: _l("A letter to the secretariat"),
    MandateBasis.WAIVED: _l("None: waived, for the reason in the note"),
}


def _text(label: object, description: object = "") -> TextAreaField:
    return TextAreaField(label, [Length(max=LONGEST_TEXT, message=TOO_LONG)], [_kept], description)


def _kept(typed: str | None) -> str:
    """Return a text as it is kept: one kind of line end, nothing else that cannot be seen."""
    lines = (typed or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(sign for sign in line if sign.isprintable()) for line in lines).strip()


class DecisionForm(FlaskForm):
    """A verdict with what it needs; `content_sha256` names what the officer has read."""

    decision = RadioField(_l("Your decision"), validators=[InputRequired(_l("Choose your decision."))])
    category = SelectField(_l("Category"), description=_l("For an approval: in which category the organisation signs."))
    mandate_basis = SelectField(
        _l("What shows that the person may sign?"), description=_l("For an approval: what you relied on.")
    )
    reason_code = SelectField(
        _l("Reason for declining"),
        description=_l("The mail says it in the charter's words, in their language."),
    )
    message = _text(_l("Your own words to the applicant"), _l("Added to the mail when you decline."))
    note = _text(_l("Note for colleagues"), _l("The applicant never reads it."))
    content_sha256 = HiddenField()

    def __init__(
        self,
        definition: CharterDefinition,
        *,
        sent: MultiDict[str, str] | None,
        content_sha256: str,
        category: str,
        has_proof: bool,
    ) -> None:
        basis = MandateBasis.DOCUMENT if has_proof else ""
        preset = {"category": category, "mandate_basis": basis, "reason_code": "", "content_sha256": content_sha256}
        super().__init__(sent, **preset)
        self.decision.choices = _choices(VERDICTS.items())
        self.category.choices = _choices((item.key, localised(item.label)) for item in definition.categories)
        self.mandate_basis.choices = _choices(BASES.items())
        self.reason_code.choices = _choices((item.key, localised(item.label)) for item in definition.reasons)
        for field in (self.category, self.mandate_basis, self.reason_code):
            field.choices.insert(0, ("", _l("Choose")))

    @property
    def approves(self) -> bool:
        """Tell whether this is an approval."""
        return bool(self.decision.data == Verdict.APPROVE)

    @property
    def declines(self) -> bool:
        """Tell whether this is a refusal."""
        return bool(self.decision.data == Verdict.DECLINE)

    def validate_category(self, field: SelectField) -> None:
        """Refuse an approval that sets no category."""
        if self.approves and not field.data:
            raise ValidationError(_l("Choose the category in which the organisation signs."))

    def validate_mandate_basis(self, field: SelectField) -> None:
        """Refuse an approval that does not say what it relied on."""
        if self.approves and not field.data:
            raise ValidationError(_l("Choose what shows that the person may sign for the organisation."))

    def validate_reason_code(self, field: SelectField) -> None:
        """Refuse a refusal without a reason."""
        if self.declines and not field.data:
            raise ValidationError(_l("Choose the reason for declining."))

    def validate_message(self, field: TextAreaField) -> None:
        """Ask for words where the reason is none of the charter's own."""
        if self.declines and self.reason_code.data == OTHER and not field.data:
            raise ValidationError(_l("Write the reason into the message."))

    def validate_note(self, field: TextAreaField) -> None:
        """Refuse to waive a proof without saying why."""
        if self.approves and self.mandate_basis.data == MandateBasis.WAIVED and not field.data:
            raise ValidationError(_l("Say in the note why the proof of mandate is waived."))

    def approval(self) -> Approval:
        """Return the approval that was sent."""
        basis = MandateBasis(self.mandate_basis.data)
        return Approval(self.category.data, basis, self.note.data, self.content_sha256.data or "")

    def refusal(self) -> Refusal:
        """Return the refusal that was sent."""
        return Refusal(self.reason_code.data, self.message.data, self.note.data, self.content_sha256.data or "")


class NoteForm(FlaskForm):
    """A note for colleagues."""

    text = TextAreaField(
        _l("Note for colleagues"),
        [DataRequired(_l("Write the note.")), Length(max=LONGEST_TEXT, message=TOO_LONG)],
        filters=[_kept],
    )


def _choices(pairs: Iterable[tuple[object, object]]) -> list[tuple[str, object]]:
    return [(str(key), label) for key, label in pairs]
