"""How does an organisation sign? The steps, the inbox, the mailed links.

Every step reads and keeps a draft that the browser's signed cookie names; only the last one signs. A GET never acts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from urllib.parse import urlencode

from flask import current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields.choices import SelectChoice

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import queries as charter_queries
from coalition.charters.errors import SigningClosed
from coalition.charters.queries import CharterPage
from coalition.eligibility.assessment import assess
from coalition.i18n import current_language, localised
from coalition.signing import drafts, forms, handover, operations, recording, steps
from coalition.signing.application import (
    AttestationAffirmed,
    OrganisationDetails,
    Preparer,
    SignatureApplication,
    SigningRules,
)
from coalition.signing.errors import StateChanged
from coalition.signing.fields import Asked
from coalition.signing.models import Draft
from coalition.signing.signer_forms import RepresentativeForm, SignerForm, representative_details
from coalition.signing.steps import (
    COOKIE,
    Answer,
    browser_draft,
    changing,
    given_away,
    is_saving,
    may_open,
    open_draft,
    remember,
    step_page,
    version_to_sign,
)
from coalition.territories import names
from coalition.transactions import transaction
from coalition.web.caching import empty_form, remembered

bp = steps.bp


@bp.route("/charters/<charter>/sign/organisation", methods=["GET", "POST"])
def organisation(charter: str) -> Answer:
    """First step. The answers come in the address the first time, and stay with the draft."""
    if request.method == "GET" and charter not in session.get(COOKIE, {}):
        page = remembered(f"current {charter}", partial(charter_queries.current_version, charter))
        if not page.is_open:
            raise SigningClosed
        return empty_form(f"{page.number} {page.definition_sha256}", partial(_first_page, page))
    version = version_to_sign(charter)
    draft = open_draft(version, step="organisation")
    if draft is None and not request.args and given_away(charter):  # answers in the address begin another form
        return redirect(url_for(".handed_over", charter=charter))
    given = version.definition.rules.known({**(draft.answers if draft else {}), **request.args.to_dict()})
    if not assess(version.definition.rules, given).may_apply:
        return redirect(_questions(charter, given))
    form = _organisation_form(version, draft, given)
    is_good = form.validate_on_submit()
    if not is_good and not is_saving():
        return _organisation_page(version, draft, form)
    return _keep_organisation(version, draft, form=form, given=given, is_good=is_good)


def _keep_organisation(
    version: CharterPage,
    draft: Draft | None,
    *,
    form: forms.OrganisationForm,
    given: Mapping[str, str],
    is_good: bool,
) -> BaseResponse:
    """Keep what was typed and lead on; another kind of organisation changes what matters, and is asked about."""
    charter, rules = version.slug, version.definition.rules
    answers = {**given, **rules.known({"organisation_form": form.organisation()["organisation_form"]})}
    may_apply = assess(rules, answers).may_apply
    with _opened(version, draft, answers=answers) as kept:
        drafts.keep_organisation(
            kept,
            typed=form.organisation(),
            extra=form.extra(),
            answers=answers,
            charter_version=version.number or 0,
            is_finished=is_good and may_apply,
        )
        public_id = kept.public_id
    if draft is None:  # a signer holds the link, not the draft itself
        remember(charter, public_id)
    if is_saving():
        return redirect(url_for(".save", charter=charter))
    return redirect(url_for(".representative", charter=charter) if may_apply else _questions(charter, answers))


def _first_page(version: CharterPage) -> str | BaseResponse:
    given = version.definition.rules.known(request.args.to_dict())
    if not assess(version.definition.rules, given).may_apply:
        return redirect(_questions(version.slug, given))
    return _organisation_page(version, None, _organisation_form(version, None, given))[0]


def _organisation_form(version: CharterPage, draft: Draft | None, given: Mapping[str, str]) -> forms.OrganisationForm:
    """Return the form with the charter's own kinds and fields, holding what was kept or what was sent."""
    form_class = forms.organisation_form_of(tuple(Asked.of(field) for field in version.definition.extra_fields))
    kept = forms.shown_organisation(draft.organisation, draft.extra) if draft else {}
    shown = {**kept, "organisation_form": given.get("organisation_form", "")}
    form = form_class(data=shown if request.method == "GET" else None)
    if kinds := _kinds(version):
        form.organisation_form.choices = kinds
    else:  # a charter that does not ask for it takes no answer either, whoever sends one
        del form.organisation_form
    return form


def _organisation_page(version: CharterPage, draft: Draft | None, form: forms.OrganisationForm) -> tuple[str, int]:
    countries = names.options_html(current_language(), form.country.data)
    is_older = draft is not None and draft.charter_version != version.number
    return step_page("organisation", version, form, countries=countries, is_older=is_older)


def _questions(charter: str, answers: Mapping[str, str]) -> str:
    return f"{url_for('charters.eligibility', charter=charter)}?{urlencode(answers)}".rstrip("?")


def _kinds(version: CharterPage) -> list[SelectChoice]:
    question = version.definition.question("organisation_form")
    return [SelectChoice(option.key, localised(option.label)) for option in question.options] if question else []


@contextmanager
def _opened(version: CharterPage, draft: Draft | None, *, answers: Mapping[str, str]) -> Iterator[Draft]:
    """Open the transaction in which a draft changes, or begins."""
    if draft is not None:
        with changing(draft) as held:
            yield held
        return
    with transaction():
        yield drafts.begin(
            charter=version.slug,
            charter_version=version.number or 0,
            answers=answers,
            lifetime=current_app.config["DRAFT_LIFETIME"],
            now=clock.now(),
        )


@bp.route("/charters/<charter>/sign/representative", methods=["GET", "POST"])
def representative(charter: str) -> Answer:
    """Second step: who signs, and who fills in the form if that is somebody else."""
    version = version_to_sign(charter)
    draft = open_draft(version, step="representative")
    if draft is None:
        return redirect(url_for(".organisation", charter=charter))
    form = _representative_form(draft)
    is_good = form.validate_on_submit()
    if not is_good and not is_saving():
        return step_page("representative", version, form, draft=draft)
    with changing(draft) as kept:
        drafts.keep_representative(kept, typed=form.typed(), preparer=form.preparer(), is_finished=is_good)
    return redirect(url_for(".save" if is_saving() else ".proof", charter=charter))


def _representative_form(draft: Draft) -> SignerForm:
    """Return the form; the signer of a draft that was handed over is not asked again who signs."""
    shown = dict(draft.representative) if request.method == "GET" else None
    if draft.handed_over_at is None:
        return RepresentativeForm(data=shown)
    form = SignerForm(data=shown)
    form.preparer_address = draft.preparer["email"]
    return form


@bp.route("/charters/<charter>/sign/review", methods=["GET", "POST"])
def review(charter: str) -> Answer:
    """Last step: read everything again, affirm, sign. Who fills in the form for another hands it over instead."""
    draft = browser_draft(charter)
    if draft is not None and draft.signature_id is not None:  # pressed twice, or the back button
        return redirect(url_for(".check_inbox", charter=charter))
    version = version_to_sign(charter)
    if draft is None or not may_open(draft, version, step="review"):
        return redirect(url_for(".proof", charter=charter))
    if is_saving():
        return redirect(url_for(".save", charter=charter))
    if draft.preparer and draft.handed_over_at is None:
        return _hand_over(version, draft)
    return _sign(version, draft)


def _hand_over(version: CharterPage, draft: Draft) -> Answer:
    form = forms.HandOverForm()
    if not form.validate_on_submit():
        return step_page("review", version, form, draft=draft, hands_over=True)
    rules, language = SigningRules.of(current_app.config), current_language()
    with suppress(StateChanged), changing(draft) as kept:  # pressed twice at once, or signed elsewhere meanwhile
        handover.hand_over(kept, language=language, rules=rules, now=clock.now())
    return redirect(url_for(".handed_over", charter=version.slug))


def _sign(version: CharterPage, draft: Draft) -> Answer:
    statements = tuple((item.key, localised(item.words)) for item in version.definition.attestations)
    form = forms.review_form(statements)()
    form.expected_name, form.expected_seen = draft.representative["full_name"], drafts.content_sha256(draft)
    if not form.validate_on_submit():
        shown = {"draft": draft, "statements": statements, "seen": form.expected_seen}
        return step_page("review", version, form, hands_over=False, **shown)
    application = _application(version, draft, statements=statements, typed_name=form.typed_name.data)
    prepared = recording.prepare(application, definition=version.definition, handed_over_at=draft.handed_over_at)
    draft_id, rules = draft.id, SigningRules.of(current_app.config)
    with transaction():
        operations.submit(prepared=prepared, draft_id=draft_id, rules=rules, actor=Actor.person(), now=clock.now())
    return redirect(url_for(".check_inbox", charter=version.slug))


def _application(
    version: CharterPage, draft: Draft, *, statements: tuple[tuple[str, str], ...], typed_name: str
) -> SignatureApplication:
    return SignatureApplication(
        charter=version.definition.slug,
        charter_version=version.number or 0,
        text_language=version.texts[0].language,
        text_sha256=version.texts[0].sha256,
        criteria_sha256=version.definition_sha256,
        language=current_language(),
        answers=dict(draft.answers),
        organisation=OrganisationDetails(**forms.organisation_values(draft.organisation)),
        representative=representative_details(draft.representative),
        preparer=Preparer(draft.preparer["name"], draft.preparer["email"]) if draft.preparer else None,
        extra=dict(draft.extra),
        attestations=tuple(AttestationAffirmed(key, words) for key, words in statements),
        typed_name=typed_name,
    )
