"""Is what an officer says of a list usable? The upload, and which column means what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from coalition.desk.import_columns import LEFT_OUT, column_of
from coalition.desk.import_states import Kind, Landing
from coalition.i18n import lazy_gettext as _l
from coalition.signing.fields import text_field
from coalition.web.forms import Form

LANDINGS = {
    Landing.REVIEW: _l("Into the queue, to be reviewed like any other"),
    Landing.ACTIVE: _l("On the register at once: the papers were checked before"),
}
DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"]


class ListForm(Form):
    """A file with what it is: its name and its day are kept as the provenance of every row."""

    list_title = text_field(
        _l("Name of the list"),
        most=200,
        required=_l("Say what this list is called, so that everybody knows later where a row came from."),
        description=_l("For example “Official stakeholders” or “Papers signed at the conference”"),
    )
    listed_on = DateField(
        _l("Date of the list"),
        [InputRequired(_l("Enter the day of which the list is, like 2014-09-17."))],
        format=DAYS,
        description=_l("The day on which it was true, as year-month-day"),
    )
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose the file."))],
        description=_l("CSV or XLSX; the first row holds the headings"),
    )
    kind = Kind.ORGANISATIONS


class PaperForm(ListForm):
    """A file of paper signatures: of which charter they are, and where they go."""

    charter = SelectField(_l("Charter that was signed"))
    landing = RadioField(
        _l("Where do the signatures go?"),
        [InputRequired(_l("Choose where the signatures go."))],
        choices=[SelectChoice(landing.value, words) for landing, words in LANDINGS.items()],
    )
    kind = Kind.SIGNATURES

    def __init__(self, offered: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(**more)
        self.charter.choices = [SelectChoice(slug, title) for slug, title in offered]


def chosen_columns(sent: Mapping[str, str], *, kind: Kind, number: int) -> dict[int, str]:
    """Return what each column means by the fields `column-0`, `column-1` …; what is not offered is left out."""
    typed = {place: sent.get(f"column-{place}", LEFT_OUT) for place in range(number)}
    return {place: key if column_of(kind, key) else LEFT_OUT for place, key in typed.items()}
