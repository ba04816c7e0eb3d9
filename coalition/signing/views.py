"""How does an organisation sign? The steps, the inbox, the mailed links.

Every step reads and keeps a draft that the browser's signed cookie names; only the last one signs. A GET never acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields.choices import SelectChoice

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import queries as charter_queries
from coalition.charters.queries import CharterPage
from coalition.eligibility.assessment import assess
from coalition.extensions import db
from coalition.i18n import current_language, localised, told
from coalition.signing import drafts, forms, operations, queries, recording, uploads
from coalition.signing.application import (
    AttestationAffirmed,
    OrganisationDetails,
    Preparer,
    SignatureApplication,
    SigningRules,
)
from coalition.signing.models import Draft, Signature
from coalition.territories import names
from coalition.transactions import transaction
from coalition.web.caching import empty_form, remembered
from coalition.web.sizes import accepts_up_to

bp = Blueprint("signing", __name__)
Answer = str | BaseResponse | tuple[str, int]
COOKIE = "drafts"
INVALID = 422


def _draft(charter: str) -> Draft | None:
    """Return this browser's draft for a charter, submitted or not."""
    public_id = session.get(COOKIE, {}).get(charter)
    return queries.draft_of(public_id, now=clock.now()) if isinstance(public_id, str) else None


def _open_draft(version: CharterPage) -> Draft | None:
    """Return the draft that is still being filled in, for the version that is in force."""
    draft = _draft(version.definition.slug)
    usable = draft is not None and draft.signature_id is None and draft.charter_version == version.number
    return draft if usable else None


@bp.route("/charters/<charter>/sign/organisation", methods=["GET", "POST"])
def organisation(charter: str) -> Answer:
    """First step. The answers come in the address the first time, and stay with the draft."""
    if request.method == "GET" and charter not in session.get(COOKIE, {}):
        page = remembered(f"current {charter}", partial(charter_queries.current_version, charter))
        return empty_form(page.definition_sha256, partial(_first_page, page))
    version = charter_queries.current_version(charter)
    draft = _open_draft(version)
    given = version.definition.rules.known({**(draft.answers if draft else {}), **request.args.to_dict()})
    if not assess(version.definition.rules, given).may_apply:
        return redirect(_questions(charter, given))
    form = forms.OrganisationForm(data=_shown(draft, given) if request.method == "GET" else None)
    form.organisation_form.choices = _kinds(version)
    if not form.validate_on_submit():
        countries = names.options_html(current_language(), form.country.data)
        return _page("organisation", version, form, countries=countries)
    typed = forms.organisation_values(form.data)
    answers = version.definition.rules.known({**given, "organisation_form": typed["organisation_form"]})
    draft_id = _keep_organisation(version, draft, typed=typed, answers=answers)
    session[COOKIE] = {**session.get(COOKIE, {}), charter: draft_id}
    session.permanent = True  # whoever closes the browser comes back to the draft
    if not assess(version.definition.rules, answers).may_apply:  # another kind of organisation changes what matters
        return redirect(_questions(charter, answers))
    return redirect(url_for(".representative", charter=charter))


def _first_page(version: CharterPage) -> str | BaseResponse:
    given = version.definition.rules.known(request.args.to_dict())
    if not assess(version.definition.rules, given).may_apply:
        return redirect(_questions(version.slug, given))
    form = forms.OrganisationForm(formdata=None, data=_shown(None, given))
    form.organisation_form.choices = _kinds(version)
    return _page("organisation", version, form, countries=names.options_html(current_language()))[0]


def _questions(charter: str, answers: Mapping[str, str]) -> str:
    return f"{url_for('charters.eligibility', charter=charter)}?{urlencode(answers)}".rstrip("?")


def _shown(draft: Draft | None, given: Mapping[str, str]) -> dict[str, Any]:
    kept = dict(draft.organisation) if draft else {}
    return {**kept, "organisation_form": given.get("organisation_form", "")}


def _kinds(version: CharterPage) -> list[SelectChoice]:
    question = version.definition.question("organisation_form")
    return [SelectChoice(option.key, localised(option.label)) for option in question.options] if question else []


def _keep_organisation(
    version: CharterPage, draft: Draft | None, *, typed: Mapping[str, str], answers: Mapping[str, str]
) -> str:
    draft_id = draft.id if draft else None
    with transaction():
        kept = db.session.get(Draft, draft_id) if draft_id else None
        if kept is None or kept.signature_id is not None:
            kept = drafts.begin(
                charter=version.definition.slug,
                charter_version=version.number or 0,
                answers=answers,
                lifetime=current_app.config["DRAFT_LIFETIME"],
                now=clock.now(),
            )
        drafts.keep_organisation(kept, typed=typed, answers=answers)
        return kept.public_id


def _page(step: str, version: CharterPage, form: Any, **more: Any) -> tuple[str, int]:
    known = {"definition": version.definition, "version": version, "mandates": forms.MANDATES}
    page = render_template(
        f"signing/{step}.html", form=form, rules=SigningRules.of(current_app.config), **known, **more
    )
    return page, INVALID if form.errors else 200


@bp.route("/charters/<charter>/sign/representative", methods=["GET", "POST"])
def representative(charter: str) -> Answer:
    """Second step: who signs."""
    version = charter_queries.current_version(charter)
    draft = _open_draft(version)
    if draft is None:
        return redirect(url_for(".organisation", charter=charter))
    form = forms.RepresentativeForm(data=dict(draft.representative) if request.method == "GET" else None)
    if not form.validate_on_submit():
        return _page("representative", version, form)
    typed = {name: field.data for name, field in form._fields.items() if name != "csrf_token"}
    with transaction():
        drafts.keep_representative(db.session.get_one(Draft, draft.id), typed=typed)
    return redirect(url_for(".proof", charter=charter))


@bp.route("/charters/<charter>/sign/proof", methods=["GET", "POST"])
@accepts_up_to(lambda settings: settings["PROOF_FILES"] * settings["PROOF_FILE_BYTES"])
def proof(charter: str) -> Answer:
    """Third step: documents that show the mandate; it can be left empty."""
    version = charter_queries.current_version(charter)
    draft = _open_draft(version)
    if draft is None or not draft.representative:
        return redirect(url_for(".representative", charter=charter))
    form = forms.ProofForm()
    if not form.is_submitted():
        return _page("proof", version, form, documents=draft.documents)
    if remove := request.form.get("remove"):
        with transaction():
            drafts.remove_file(db.session.get_one(Draft, draft.id), public_id=remove, now=clock.now())
        return redirect(url_for(".proof", charter=charter))
    if not form.validate() or not _keep_files(draft, form):
        return _page("proof", version, form, documents=draft.documents)
    return redirect(url_for(".review", charter=charter))


def _keep_files(draft: Draft, form: forms.ProofForm) -> bool:
    """Keep what was sent if every file can be used; else say why at the field."""
    files, wrong = uploads.read(form.mandate_document.data, largest=current_app.config["PROOF_FILE_BYTES"])
    form.mandate_document.errors = [*form.mandate_document.errors, *wrong]
    if wrong:
        return False
    try:
        with transaction():
            kept = db.session.get_one(Draft, draft.id, with_for_update={"of": Draft})
            drafts.keep_files(kept, files=files, most=current_app.config["PROOF_FILES"], now=clock.now())
    except drafts.TooManyFiles as many:
        form.mandate_document.errors = [told(many)]
        return False
    return True


@bp.route("/charters/<charter>/sign/review", methods=["GET", "POST"])
def review(charter: str) -> Answer:
    """Last step: read everything again, affirm, sign."""
    version = charter_queries.current_version(charter)
    draft = _draft(charter)
    if draft is not None and draft.signature_id is not None:  # pressed twice, or the back button
        return redirect(url_for(".check_inbox", charter=charter))
    draft = _open_draft(version)
    if draft is None or not draft.representative or not draft.proof_seen:
        return redirect(url_for(".proof", charter=charter))
    statements = tuple((item.key, localised(item.words)) for item in version.definition.attestations)
    form = forms.review_form(statements)()
    form.expected_name = draft.representative["full_name"]
    if not form.validate_on_submit():
        return _page("review", version, form, draft=draft, statements=statements)
    application = _application(version, draft, statements=statements, typed_name=form.typed_name.data)
    prepared, draft_id = recording.prepare(application, definition=version.definition), draft.id
    with transaction():
        operations.submit(
            prepared=prepared,
            draft_id=draft_id,
            rules=SigningRules.of(current_app.config),
            actor=Actor.person(),
            now=clock.now(),
        )
    return redirect(url_for(".check_inbox", charter=charter))


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
        representative=forms.representative_details(draft.representative),
        preparer=Preparer(**draft.preparer) if draft.preparer else None,
        extra=dict(draft.extra),
        attestations=tuple(AttestationAffirmed(key, words) for key, words in statements),
        typed_name=typed_name,
    )


def _submitted(charter: str) -> Signature | None:
    draft = _draft(charter)
    return db.session.get(Signature, draft.signature_id) if draft and draft.signature_id else None


@bp.get("/charters/<charter>/sign/check-inbox")
def check_inbox(charter: str) -> Answer:
    """Say where the mail went. The same words whatever became of it: nobody learns here who has signed."""
    version = charter_queries.current_version(charter)
    draft = _draft(charter)
    if draft is None or draft.signature_id is None:
        return redirect(url_for(".organisation", charter=charter))
    return _page("check_inbox", version, forms.AddressForm(formdata=None), address=_inbox_address(draft))


def _inbox_address(draft: Draft) -> str:
    return str(draft.representative.get("email", ""))


@bp.post("/charters/<charter>/sign/resend")
def resend(charter: str) -> Answer:
    """Send the link again."""
    charter_queries.current_version(charter)
    signature = _submitted(charter)
    if signature is not None:
        with transaction():
            operations.resend(
                signature=signature, rules=SigningRules.of(current_app.config), actor=Actor.person(), now=clock.now()
            )
    return redirect(url_for(".check_inbox", charter=charter))


@bp.post("/charters/<charter>/sign/address")
def address(charter: str) -> Answer:
    """Correct a mistyped address: the browser that signed may, the old link ends."""
    version = charter_queries.current_version(charter)
    draft, signature = _draft(charter), _submitted(charter)
    if draft is None or signature is None:
        return redirect(url_for(".organisation", charter=charter))
    form = forms.AddressForm()
    if not form.validate_on_submit():
        return _page("check_inbox", version, form, address=_inbox_address(draft))
    email, draft_id = form.email.data, draft.id
    with transaction():
        kept = db.session.get_one(Draft, draft_id)
        drafts.keep_representative(kept, typed={**kept.representative, "email": email})
        operations.correct_address(
            signature=signature,
            email=email,
            rules=SigningRules.of(current_app.config),
            actor=Actor.person(),
            now=clock.now(),
        )
    return redirect(url_for(".check_inbox", charter=charter))
