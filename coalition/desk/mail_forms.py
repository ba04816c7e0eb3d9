"""Is what an officer sent of use for the mail desk? A server's report, words for a reason."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from coalition.charters.shapes import CharterDefinition, ReasonDefinition
from coalition.i18n import LANGUAGES
from coalition.i18n import lazy_gettext as _l
from coalition.signing.fields import Needed, text_field
from coalition.web.forms import Form

LONGEST_REPORT = 200_000
LONGEST_LABEL = 200
LONGEST_WORDS = 2000


class ReportForm(Form):
    """A report on mails that could not be delivered: its file, or its words."""

    file = FileField(_l("The report as a file"), description=_l("Saved from a mail program, its name ends in .eml"))
    text = TextAreaField(
        _l("Or its words"),
        [Length(max=LONGEST_REPORT, message=_l("Write at most %(most)d characters.", most=LONGEST_REPORT))],
        description=_l("Whole, with the lines that name the recipient and the status"),
    )

    def data_sent(self) -> bytes:
        """Return what was sent; nothing where there is none."""
        sent = self.file.data.read(LONGEST_REPORT * 10) if self.file.data else b""
        return sent or (self.text.data or "").encode("utf-8", "replace")


class ReasonForm(Form):
    """The words of one reason for declining, in each language of the charter; `seen` names what was read."""

    languages: tuple[str, ...] = ()
    seen = HiddenField()

    def words_of(self, part: str) -> dict[str, str]:
        """Return what was typed for one part, by language."""
        return {code: self[f"{part}_{code}"].data or "" for code in self.languages}

    @property
    def seen_id(self) -> int:
        """The newest change that was read; 0 for anything that is no number."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 9 else 0


def reason_form(definition: CharterDefinition, reason: ReasonDefinition, *, revision: int, is_sent: bool) -> ReasonForm:
    """Return the form as it was sent, or with what the reason says now."""
    known: dict[str, Any] = {"seen": str(revision)}
    for code in definition.languages:
        known |= {f"label_{code}": reason.label.get(code, ""), f"words_{code}": reason.words.get(code, "")}
    return _form_of(definition.languages)(data=None if is_sent else known)


@lru_cache(maxsize=64)
def _form_of(languages: tuple[str, ...]) -> type[ReasonForm]:
    fields: dict[str, Any] = {"languages": languages}
    for code in languages:
        name = LANGUAGES[code].name if code in LANGUAGES else code
        fields[f"label_{code}"] = text_field(
            _l("For officers, in a few words (%(language)s)", language=name),
            most=LONGEST_LABEL,
            required=_l("Write it in every language."),
        )
        fields[f"words_{code}"] = TextAreaField(
            _l("In the message to the applicant (%(language)s)", language=name),
            [
                Needed(message=_l("Write it in every language.")),
                Length(max=LONGEST_WORDS, message=_l("Write at most %(most)d characters.", most=LONGEST_WORDS)),
            ],
            [_kept],
        )
    return type("CharterReasonForm", (ReasonForm,), fields)


def _kept(typed: Any) -> str:
    """Return words as they are kept: in one paragraph, nothing that cannot be seen."""
    words = typed if isinstance(typed, str) else ""
    return " ".join("".join(sign for sign in word if sign.isprintable()) for word in words.split())
