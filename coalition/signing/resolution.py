"""What does the model resolution say by which a governing body lets somebody sign? Its facts, its words, its DOCX.

A page for people to print, change and sign: never proof by itself. It names the organisation and the person in a table
and nowhere within a sentence, so that names in any script and direction stand as they are. The worker makes the PDF.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from coalition.charters import queries as charter_queries
from coalition.i18n import force_language, localised
from coalition.i18n import gettext as _
from coalition.organisations.names import clean_name
from coalition.signing.models import Draft, Signature

if TYPE_CHECKING:
    from docx.document import Document

FORMAT = 1
SIGNATURES = 3
BLANK = "_" * 30


@dataclass(frozen=True)
class Resolution:
    """What is filled in for the governing body, in the language of the document."""

    language: str
    owner: str
    organisation: str
    person: str
    role: str
    title: str
    version: int
    sha256: str

    def digest(self) -> str:
        """Return the name under which the made file is kept: the same facts give the same file."""
        told = json.dumps([FORMAT, vars(self)], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def storage_key(self) -> str:
        """The key of the made PDF."""
        digest = self.digest()
        return f"resolution/{digest[:2]}/{digest}.pdf"


@dataclass(frozen=True)
class Words:
    """The resolution's sentences in its language: pairs are a label and what stands beside it, "" a line to fill in."""

    heading: str
    note: str
    facts: tuple[tuple[str, str], ...]
    opening: str
    decisions: tuple[str, ...]
    blanks: tuple[str, ...]
    signatures: tuple[str, str, str]
    foot: str


def of_draft(draft: Draft, language: str) -> Resolution:
    """Return the resolution for what is being filled in. Raises CharterUnknown."""
    text = charter_queries.charter_page(draft.charter, draft.charter_version).texts[0]
    person = draft.representative
    return _resolution(
        language,
        draft.charter,
        draft.charter_version,
        organisation=str(draft.organisation.get("official_name", "")),
        person=str(person.get("full_name", "")),
        role=str(person.get("role", "")),
        sha256=text.sha256,
    )


def of_signature(signature: Signature, language: str) -> Resolution:
    """Return the resolution for a signature."""
    person = signature.representative
    return _resolution(
        language,
        signature.charter,
        signature.charter_version,
        organisation=signature.organisation.official_name,
        person=person.full_name if person else "",
        role=person.role if person else "",
        sha256=signature.text_sha256,
    )


def _resolution(language: str, charter: str, version: int, **facts: str) -> Resolution:
    definition = charter_queries.definition_of(charter, version)
    owner, title = localised(definition.owner, language), localised(definition.title, language)
    typed = {name: clean_name(fact) for name, fact in facts.items()}
    return Resolution(language=language, owner=owner, title=title, version=version, **typed)


def words(resolution: Resolution) -> Words:
    """Return the sentences of a resolution in its language."""
    with force_language(resolution.language):
        return Words(
            heading=_("Resolution of the governing body"),
            note=_("A model, filled in for you. Change it where your statutes ask for other words."),
            facts=(
                (_("Organisation"), resolution.organisation),
                (_("Text to be signed"), resolution.title),
                (_("Version"), str(resolution.version)),
                (_("Fingerprint of the authentic text (SHA-256)"), resolution.sha256),
                (_("Person who signs"), resolution.person),
                (_("Role"), resolution.role),
            ),
            opening=_(
                "The governing body of this organisation has met at the place and on the day given below and was able "
                "to decide. It has read the text named above in this version. It decides:"
            ),
            decisions=(
                _("The organisation signs this text and takes on what the text asks of those who sign it."),
                _("The person named above may sign it for the organisation and act for it in this matter."),
                _("This holds until the governing body decides otherwise and tells the secretariat so."),
            ),
            blanks=(
                _("Governing body"),
                _("Place"),
                _("Date"),
                _("Votes in favour, against, abstentions"),
            ),
            signatures=(_("Name"), _("Role"), _("Signature")),
            foot=_("Send a scan or a clear photograph of the signed page as proof. Only the secretariat sees it."),
        )


def word_file(resolution: Resolution) -> bytes:
    """Return the resolution as a Word file (DOCX). python-docx is loaded here, at the first one."""
    import docx
    from docx.shared import Mm

    told, document = words(resolution), docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(20)
    document.core_properties.comments = ""
    document.core_properties.title = told.heading
    document.core_properties.author = resolution.owner
    document.core_properties.language = resolution.language
    document.add_heading(told.heading, level=1)
    document.add_paragraph(told.note).runs[0].italic = True
    _table(document, [[label, fact or BLANK] for label, fact in told.facts], is_headed=False)
    document.add_paragraph()
    document.add_paragraph(told.opening)
    for decision in told.decisions:
        document.add_paragraph(decision, style="List Number")
    _table(document, [[label, BLANK] for label in told.blanks], is_headed=False)
    document.add_paragraph()
    _table(document, [list(told.signatures), *([""] * 3 for _row in range(SIGNATURES))], is_headed=True)
    document.add_paragraph()
    document.add_paragraph(told.foot)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _runs_from_the_right(text: str) -> bool:
    """Tell whether the first letter with a direction runs from right to left."""
    return next((way for way in map(unicodedata.bidirectional, text) if way in {"L", "R", "AL"}), "L") != "L"


def _table(document: Document, rows: list[list[str]], *, is_headed: bool) -> None:
    from docx.oxml import OxmlElement

    table: Any = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for line, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = text
            if _runs_from_the_right(text):
                cell.paragraphs[0].paragraph_format.element.get_or_add_pPr().append(OxmlElement("w:bidi"))
                cell.paragraphs[0].runs[0].font.rtl = True
    for cell in table.rows[0].cells if is_headed else table.columns[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
