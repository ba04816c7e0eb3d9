"""Is it meant? The tick without which nobody is erased, and the language of an evidence file."""

from __future__ import annotations

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from coalition.i18n import LANGUAGES, current_language, known_languages
from coalition.i18n import lazy_gettext as _l
from coalition.signing.fields import Affirmed
from coalition.web.forms import Form


class EraseForm(Form):
    """A tick that an officer makes."""

    i_erase = BooleanField(
        _l("Yes, erase this person for good"), [Affirmed(_l("Tick the box to erase the person. Nothing was erased."))]
    )


class EvidenceForm(Form):
    """In which language the summary is written."""

    language = SelectField(_l("Language of the summary"))

    def __init__(self) -> None:
        super().__init__()
        self.language.choices = [SelectChoice(code, LANGUAGES[code].name) for code in known_languages()]
        if not self.language.raw_data:
            self.language.data = current_language()
