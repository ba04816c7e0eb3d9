"""How is a text published? A proposal is looked at beside the text before it, then becomes a version; translations."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires
from coalition.charters import access, comparison, history, publishing
from coalition.charters.access import direction, language_name, opened, page
from coalition.charters.forms import TEXT, ChangeForm, TranslationForm, VersionForm, version_form
from coalition.charters.history import DeskCharter, Version
from coalition.charters.text import canonical, digest, sections
from coalition.errors import Invalid
from coalition.i18n import LANGUAGES, told
from coalition.transactions import transaction

bp = access.bp
AGAIN = "again"


@bp.get("/charters/<slug>/versions/<int:version>")
@requires(Act.READ_APPLICATIONS)
def version(slug: str, version: int) -> ResponseReturnValue:
    """Show the texts of a version, and what they changed."""
    found = opened(slug)
    shown = found.version(version)
    before = found.before(shown)
    looks = _looks(history.markdown_of(shown), history.markdown_of(before) if before else {})
    return page("version", found, ChangeForm(formdata=None, revision=found.revision), shown=shown, looks=looks)


@bp.route("/charters/<slug>/versions/new", methods=["GET", "POST"])
@requires(Act.MANAGE_CHARTERS)
def new_version(slug: str) -> ResponseReturnValue:
    """Propose the next version; what was looked at, and only that, is published."""
    found, person, now = opened(slug), officer(), clock.now()
    before = history.markdown_of(found.newest) if found.newest.number else {}
    form = _version_form(found, before)
    if not form.validate_on_submit():
        return page("new_version", found, form)
    proposal = form.proposal()
    if form.looked_at.data == proposal.sha256() and AGAIN not in request.form:
        try:
            with transaction():
                number = publishing.publish_version(
                    slug=slug, proposal=proposal, seen=form.seen, actor=person.actor, now=now
                )
            return redirect(url_for(".version", slug=slug, version=number))
        except Invalid as wrong:
            form.form_errors.append(told(wrong))
    form.looked_at.data = proposal.sha256()
    return page("new_version", found, form, proposal=proposal, looks=_looks(dict(proposal.texts), before))


def _version_form(found: DeskCharter, before: dict[str, str]) -> VersionForm:
    """Return the form with the newest text in each language, as what it begins from."""
    spoken = dict.fromkeys((*found.definition.languages, *(text.language for text in found.newest.texts), *LANGUAGES))
    shown: dict[str, Any] = {TEXT + code: text for code, text in before.items()}
    shown["authentic"] = found.newest.authentic or found.definition.languages[0]
    return version_form(tuple(spoken), authentic=found.definition.languages, shown=shown, revision=found.revision)


@bp.route("/charters/<slug>/versions/<int:version>/translation", methods=["GET", "POST"])
@requires(Act.MANAGE_CHARTERS)
def translation(slug: str, version: int) -> ResponseReturnValue:
    """Add a text in a language that the version has none in, once it was looked at."""
    found, person = opened(slug), officer()
    shown, form = found.version(version), TranslationForm(revision=found.revision)
    form.offer((code, language_name(code)) for code in _missing(found, shown))
    if not form.validate_on_submit():
        return page("translation", found, form, shown=shown)
    text, language = canonical(form.markdown.data), form.language.data
    mark = f"{language} {digest(text)}"
    if form.looked_at.data != mark or AGAIN in request.form:
        form.looked_at.data = mark
        return page("translation", found, form, shown=shown, looks=_looks({language: text}, {}))
    with transaction():
        publishing.add_translation(
            slug=slug,
            number=version,
            language=language,
            markdown=text,
            seen=form.seen,
            actor=person.actor,
            now=clock.now(),
        )
    return redirect(url_for(".version", slug=slug, version=version))


def _missing(found: DeskCharter, shown: Version) -> list[str]:
    known = dict.fromkeys((*found.definition.languages, *LANGUAGES))
    return [code for code in known if shown.text_in(code) is None]


@bp.post("/charters/<slug>/versions/<int:version>/call-off")
@requires(Act.MANAGE_CHARTERS)
def call_off(slug: str, version: int) -> ResponseReturnValue:
    """Take back a version before its day."""
    found, person, form = opened(slug), officer(), ChangeForm()
    if not form.validate():
        return page("version", found, form, shown=found.version(version), looks=[])
    with transaction():
        publishing.call_off(slug=slug, number=version, seen=form.seen, actor=person.actor, now=clock.now())
    return redirect(url_for(".charter", slug=slug))


def _looks(texts: dict[str, str], before: dict[str, str]) -> list[dict[str, Any]]:
    """Return how each text will read, and what it changes; a language that had no text has nothing to compare."""
    return [
        {
            "language": code,
            "name": language_name(code),
            "direction": direction(code),
            "sections": [(part, Markup(part.html)) for part in sections(markdown)],  # noqa: S704 - nh3 has cleaned it
            "is_new": code not in before,
            "changes": comparison.compare(before[code], markdown) if code in before else (),
            "sha256": digest(markdown),
        }
        for code, markdown in texts.items()
    ]
