"""Is what an officer sent for a charter of use? A new version, a translation, rules, a reason, the closing date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import request
from wtforms import DateField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from coalition import clock
from coalition.charters.parsing import MOST_APPROVERS
from coalition.charters.proposal import Fault, Proposal, fault_of
from coalition.charters.reading import KEY
from coalition.charters.shapes import CharterDefinition
from coalition.charters.text import canonical
from coalition.i18n import LANGUAGES
from coalition.i18n import gettext as _
from coalition.i18n import lazy_gettext as _l
from coalition.web.forms import Form

LABEL, WORDS = 120, 1000
TEXT = "text_"
FAULTS = {
    Fault.EMPTY: _l("Write the text."),
    Fault.TOO_LONG: _l("The text is too long for this form: load it from a folder."),
    Fault.ANCHORS: _l("Two headings of this text have the same anchor, or one that the page itself needs."),
}
EVERY_LANGUAGE = _l("Write it in every language of the text.")
NOT_WHOLE = _l("This form is not whole. Load the page again.")


class DayField(DateField):
    """A day; what is none is told in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day that was typed; nothing typed is none."""
        self.data = None
        typed = (valuelist[0] if valuelist else "").strip()
        if typed:
            try:
                self.data = date.fromisoformat(typed)
            except ValueError:
                raise ValueError(_("Choose a day, or write it like 2026-12-31.")) from None


class ChangeForm(Form):
    """Any change of a charter: it names the newest change that the officer had seen."""

    class Meta(Form.Meta):
        """Reads what was typed alone: a file that is sent in a text's place is no text."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return what the fields read."""
            sent = super().wrap_formdata(form, formdata)
            return request.form if sent is not None and request.files else sent

    revision = HiddenField(validators=[InputRequired(NOT_WHOLE), Regexp(r"[0-9]{1,9}\Z", message=NOT_WHOLE)])

    @property
    def seen(self) -> int:
        """The newest change when the page was opened."""
        return int(self.revision.data)


class TranslationForm(ChangeForm):
    """A text in one more language; `looked_at` names what was shown before."""

    language = SelectField(_l("Language"), [InputRequired(_l("Choose the language."))])
    markdown = TextAreaField(_l("Text, as Markdown"))
    looked_at = HiddenField()

    def validate_markdown(self, field: Field) -> None:
        """Refuse a text that cannot be shown."""
        if fault := fault_of(field.data or ""):
            raise ValidationError(FAULTS[fault])

    def offer(self, languages: Iterable[tuple[str, str]]) -> None:
        """Offer languages as pairs of code and name."""
        self.language.choices = [SelectChoice("", _l("Choose")), *(SelectChoice(*pair) for pair in languages)]


class VersionForm(ChangeForm):
    """A new version: a text in each language that has one, what decides, and from when."""

    languages: tuple[str, ...] = ()
    authentic = SelectField(_l("Authentic language"), description=_l("The text in this language alone decides."))
    adopted_on = DayField(_l("Adopted on"), [Optional()], description=_l("The day of the decision, if there was one."))
    in_force_on = DayField(
        _l("In force from"),
        [Optional()],
        description=_l("The beginning of this day (UTC). Leave it empty to put the text in force at once."),
    )
    looked_at = HiddenField()

    def validate_in_force_on(self, field: Field) -> None:
        """Refuse a day that is over."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("This day is over. Choose another one, or leave it empty for at once."))

    def validate_authentic(self, field: Field) -> None:
        """Ask for the text that decides."""
        if not self.texts().get(field.data or ""):
            raise ValidationError(_("The text in the authentic language is missing."))

    def texts(self) -> dict[str, str]:
        """Return what was typed, in canonical form; a language without a text is left out."""
        typed = {code: canonical(self[TEXT + code].data or "") for code in self.languages}
        return {code: text for code, text in typed.items() if text.strip()}

    def proposal(self) -> Proposal:
        """Return the version that was proposed."""
        day = self.in_force_on.data
        moment = _begin(day) if day and day > clock.today() else None
        return Proposal(self.authentic.data, self.texts(), self.adopted_on.data, moment)


class ClosingForm(ChangeForm):
    """The last day on which a form can be begun."""

    closes_on = DayField(
        _l("Last day"),
        [InputRequired(_l("Choose the last day."))],
        description=_l("Forms can be begun until the end of this day (UTC)."),
    )

    def validate_closes_on(self, field: Field) -> None:
        """Refuse a day that is over."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("This day is over. Choose another one, or close signing now."))

    def closes_at(self) -> datetime:
        """Return the moment after the last day, of a form that was judged."""
        day: date = self.closes_on.data  # type: ignore[assignment]
        return _begin(day + timedelta(days=1))


class RulesForm(ChangeForm):
    """How many officers approve, and the evidence for each category in each language."""

    definition: CharterDefinition
    approvers = SelectField(
        _l("Approvers"),
        coerce=int,
        choices=[SelectChoice(number, str(number)) for number in range(1, MOST_APPROVERS + 1)],
        description=_l(
            "So many different officers approve an application before it stands on the register. It counts from the "
            "next decision on, also for applications that were sent before."
        ),
    )

    def evidence(self) -> dict[str, dict[str, str]]:
        """Return the words of each category, by its key and by language."""
        languages = self.definition.languages
        return {
            category.key: {code: self[f"{category.key}-{code}"].data for code in languages}
            for category in self.definition.categories
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for words in every language or in none."""
        is_good = bool(super().validate(extra_validators))
        for key, words in self.evidence().items():
            for code in (code for code, text in words.items() if any(words.values()) and not text):
                self[f"{key}-{code}"].errors = [EVERY_LANGUAGE]
                is_good = False
        return is_good


class ReasonForm(ChangeForm):
    """A new reason for declining."""

    definition: CharterDefinition
    key = StringField(
        _l("Key"),
        [Length(max=40), Regexp(rf"{KEY.pattern}\Z", message=_l("Small letters, digits and _ alone, like not_open."))],
        description=_l("Stands in the audit log, like not_open. It never changes."),
    )

    def said(self, part: str) -> dict[str, str]:
        """Return the `label` or the `words` by language."""
        return {code: self[f"{part}-{code}"].data for code in self.definition.languages}


def version_form(
    languages: Sequence[str], *, authentic: Sequence[str], shown: Mapping[str, Any] | None, revision: int
) -> VersionForm:
    """Return the form with a field for each language; `authentic` are those whose text may decide."""
    fields = {TEXT + code: TextAreaField(_name(code), [_text_fault]) for code in languages}
    made: type[VersionForm] = type("CharterVersionForm", (VersionForm,), {**fields, "languages": tuple(languages)})
    form = made(**{**(shown or {}), "revision": revision})
    form.authentic.choices = [SelectChoice(code, _name(code)) for code in authentic]
    return form


def rules_form(definition: CharterDefinition, *, revision: int) -> RulesForm:
    """Return the form of the rules, holding those that count."""
    fields = {
        f"{category.key}-{code}": _line(_name(code), category.evidence.get(code, ""))
        for category in definition.categories
        for code in definition.languages
    }
    made: type[RulesForm] = type("CharterRulesForm", (RulesForm,), {**fields, "definition": definition})
    return made(revision=revision, approvers=definition.approvers)


def reason_form(definition: CharterDefinition, *, revision: int) -> ReasonForm:
    """Return the form of a new reason, with its label and words in each language."""
    fields: dict[str, Any] = {}
    for code in definition.languages:
        fields[f"label-{code}"] = StringField(
            _("Short name (%(language)s)", language=_name(code)),
            [DataRequired(EVERY_LANGUAGE), Length(max=LABEL)],
            [_kept],
        )
        fields[f"words-{code}"] = TextAreaField(
            _("What the mail says (%(language)s)", language=_name(code)),
            [DataRequired(EVERY_LANGUAGE), Length(max=WORDS)],
            [_kept],
        )
    made: type[ReasonForm] = type("CharterReasonForm", (ReasonForm,), {**fields, "definition": definition})
    return made(revision=revision)


def _line(label: str, words: str) -> TextAreaField:
    return TextAreaField(label, [Length(max=WORDS)], [_kept], default=words)


def _text_fault(form: Form, field: Field) -> None:
    """Refuse a text that cannot be shown; one that is empty is left out."""
    fault = fault_of(field.data or "")
    if fault and fault is not Fault.EMPTY:
        raise ValidationError(FAULTS[fault])


def _kept(typed: str | None) -> str:
    """Return words on one line, without what cannot be seen."""
    return "".join(sign for sign in " ".join((typed or "").split()) if sign.isprintable())


def _name(code: str) -> str:
    known = LANGUAGES.get(code)
    return known.name if known else code


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
