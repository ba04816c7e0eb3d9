"""Is what an officer sent a decision? The decision itself, an answer, an assignment, a note."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from coalition.charters.shapes import CharterDefinition
from coalition.i18n import lazy_gettext as _l
from coalition.i18n import localised
from coalition.review.decisions import LONGEST_TEXT, Approval, MandateBasis, Outcome, Refusal, Request, Verdict
from coalition.web.forms import Form

OTHER = "other"
TOO_LONG = _l("Write at most %(most)d characters.", most=LONGEST_TEXT)
VERDICTS = {
    Verdict.APPROVE: _l("Approve"),
    Verdict.ASK: _l("Ask the organisation"),
    Verdict.REFER: _l("Refer to somebody else"),
    Verdict.DECLINE: _l("Decline"),
    Verdict.MERGE: _l("Merge: the same organisation applied already"),
}
BASES = {
    MandateBasis.DOCUMENT: _l("A document that they sent"),
    MandateBasis.PUBLIC_SOURCE: _l("A public source"),
    MandateBasis.LETTER: _l("A letter to the secretariat"),
    MandateBasis.WAIVED: _l("None: waived, for the reason in the note"),
}
APPEALS = {
    Outcome.UPHELD: _l("The decision stands"),
    Outcome.REVERSED: _l("The appeal is granted"),
}
CHOOSE = ("", _l("Choose"))


@dataclass(frozen=True)
class Offered:
    """What this officer may choose from on an application's page, and what is preset."""

    verdicts: Collection[Verdict]
    referees: Sequence[tuple[str, object]]
    category: str
    has_proof: bool
    merge_into: str


def _text(label: object, description: object = "") -> TextAreaField:
    return TextAreaField(label, [Length(max=LONGEST_TEXT, message=TOO_LONG)], [_kept], description)


def _kept(typed: str | None) -> str:
    """Return a text as it is kept: one kind of line end, nothing else that cannot be seen."""
    lines = (typed or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(sign for sign in line if sign.isprintable()) for line in lines).strip()


class DecisionForm(Form):
    """A verdict with what it needs; `content_sha256` names what the officer has read."""

    decision = RadioField(_l("Your decision"), validators=[InputRequired(_l("Choose your decision."))])
    category = SelectField(_l("Category"), description=_l("For an approval: in which category the organisation signs."))
    mandate_basis = SelectField(
        _l("What shows that the person may sign?"), description=_l("For an approval: what you relied on.")
    )
    reason_code = SelectField(
        _l("Reason"),
        description=_l("For declining or asking: the mail says it in their language."),
    )
    message = _text(_l("Your own words to the applicant"), _l("Added to the mail when you decline or ask."))
    refer_to = SelectField(_l("Refer to"), description=_l("For a referral: whose opinion you ask, in the note."))
    merge_into = StringField(
        _l("Reference of the other application"),
        [Length(max=40, message=_l("Write at most %(most)d characters.", most=40))],
        [lambda typed: "".join((typed or "").split()).upper()],
        description=_l("For a merge: this one ends, the other one goes on. It can be undone."),
    )
    note = _text(_l("Note for colleagues"), _l("The applicant never reads it."))
    content_sha256 = HiddenField()

    def __init__(
        self,
        definition: CharterDefinition,
        *,
        sent: MultiDict[str, str] | None,
        content_sha256: str,
        offered: Offered,
    ) -> None:
        basis = MandateBasis.DOCUMENT if offered.has_proof else ""
        preset = {"category": offered.category, "mandate_basis": basis, "merge_into": offered.merge_into}
        super().__init__(sent, **preset, reason_code="", refer_to="", content_sha256=content_sha256)
        self.decision.choices = _choices((key, label) for key, label in VERDICTS.items() if key in offered.verdicts)
        self.category.choices = _choices((item.key, localised(item.label)) for item in definition.categories)
        self.mandate_basis.choices = _choices(BASES.items())
        self.reason_code.choices = _choices((item.key, localised(item.label)) for item in definition.reasons)
        self.refer_to.choices = _choices(offered.referees)
        for field in (self.category, self.mandate_basis, self.reason_code, self.refer_to):
            field.choices.insert(0, CHOOSE)

    @property
    def verdict(self) -> Verdict | None:
        """Return the verdict that was chosen, if it is one."""
        return Verdict(self.decision.data) if self.decision.data in set(VERDICTS) else None

    def validate_category(self, field: SelectField) -> None:
        """Refuse an approval that sets no category."""
        if self.verdict is Verdict.APPROVE and not field.data:
            raise ValidationError(_l("Choose the category in which the organisation signs."))

    def validate_mandate_basis(self, field: SelectField) -> None:
        """Refuse an approval that does not say what it relied on."""
        if self.verdict is Verdict.APPROVE and not field.data:
            raise ValidationError(_l("Choose what shows that the person may sign for the organisation."))

    def validate_reason_code(self, field: SelectField) -> None:
        """Refuse a refusal without a reason."""
        if self.verdict is Verdict.DECLINE and not field.data:
            raise ValidationError(_l("Choose the reason for declining."))

    def validate_message(self, field: TextAreaField) -> None:
        """Ask for words where the reason is none of the charter's own."""
        if field.data or (self.reason_code.data and self.reason_code.data != OTHER):
            return
        if self.verdict is Verdict.ASK:
            raise ValidationError(_l("Write what you ask for, or choose a reason."))
        if self.verdict is Verdict.DECLINE and self.reason_code.data == OTHER:
            raise ValidationError(_l("Write the reason into the message."))

    def validate_refer_to(self, field: SelectField) -> None:
        """Refuse a referral to nobody."""
        if self.verdict is Verdict.REFER and not field.data:
            raise ValidationError(_l("Choose whose opinion you ask."))

    def validate_merge_into(self, field: StringField) -> None:
        """Refuse a merge into nothing."""
        if self.verdict is Verdict.MERGE and not field.data:
            raise ValidationError(_l("Enter the reference of the other application."))

    def validate_note(self, field: TextAreaField) -> None:
        """Refuse to waive a proof without saying why, and to refer without saying what is asked."""
        if field.data:
            return
        if self.verdict is Verdict.APPROVE and self.mandate_basis.data == MandateBasis.WAIVED:
            raise ValidationError(_l("Say in the note why the proof of mandate is waived."))
        if self.verdict is Verdict.REFER:
            raise ValidationError(_l("Say in the note what you ask."))

    def approval(self) -> Approval:
        """Return the approval that was sent."""
        basis = MandateBasis(self.mandate_basis.data)
        return Approval(self.category.data, basis, self.note.data, self.seen_sha256)

    def refusal(self) -> Refusal:
        """Return the refusal that was sent."""
        return Refusal(self.reason_code.data, self.message.data, self.note.data, self.seen_sha256)

    def request(self) -> Request:
        """Return the question that was sent."""
        return Request(self.reason_code.data, self.message.data, self.note.data, self.seen_sha256)

    @property
    def seen_sha256(self) -> str:
        """Return which content was read."""
        return self.content_sha256.data or ""


class NoteForm(Form):
    """A note for colleagues."""

    text = TextAreaField(
        _l("Note for colleagues"),
        [DataRequired(_l("Write the note.")), Length(max=LONGEST_TEXT, message=TOO_LONG)],
        filters=[_kept],
    )


class OpinionForm(Form):
    """An opinion on what was referred; who takes the referral back writes none."""

    opinion = _text(_l("Your opinion"), _l("For whoever asked. The applicant never reads it."))


class AppealForm(Form):
    """The decision on an appeal, with its reasons for the representative."""

    outcome = RadioField(_l("Your decision on the appeal"), validators=[InputRequired(_l("Choose your decision."))])
    words = TextAreaField(
        _l("Reasons for the organisation"),
        [
            DataRequired(_l("Write the reasons: the organisation gets them by mail.")),
            Length(max=LONGEST_TEXT, message=TOO_LONG),
        ],
        [_kept],
        _l("They get them by mail. Write in their language."),
    )

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        self.outcome.choices = _choices(APPEALS.items())


class AssignForm(Form):
    """On whose list an application is to stand; "" is nobody's."""

    officer = SelectField(_l("On the list of"), validate_choice=False)


def _choices(pairs: Iterable[tuple[object, object]]) -> list[tuple[str, object]]:
    return [(str(key), label) for key, label in pairs]
