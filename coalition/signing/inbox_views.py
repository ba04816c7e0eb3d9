"""What can be done between signing and confirming? Have the link sent again, correct the address it went to.

Only the browser that signed may; what the mailed link opens belongs to `link_views`.
"""

from __future__ import annotations

from flask import current_app, redirect, url_for

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import queries as charter_queries
from coalition.charters.queries import CharterPage
from coalition.extensions import db
from coalition.signing import drafts, forms, operations, steps, verification
from coalition.signing.application import SigningRules
from coalition.signing.models import Draft, Signature
from coalition.signing.steps import Answer, browser_draft, step_page
from coalition.transactions import transaction

bp = steps.bp


def _submitted(draft: Draft | None) -> Signature | None:
    return db.session.get(Signature, draft.signature_id) if draft is not None and draft.signature_id else None


@bp.get("/charters/<charter>/sign/check-inbox")
def check_inbox(charter: str) -> Answer:
    """Say where the mail went. The same words whatever became of it: nobody learns here who has signed."""
    version, draft = charter_queries.current_version(charter), browser_draft(charter)
    signature = _submitted(draft)
    if draft is None or signature is None:
        return redirect(url_for(".organisation", charter=charter))
    return _page(version, draft, signature=signature, form=forms.AddressForm(formdata=None))


def _page(version: CharterPage, draft: Draft, *, signature: Signature, form: forms.AddressForm) -> tuple[str, int]:
    rules, address = SigningRules.of(current_app.config), str(draft.representative.get("email", ""))
    shown = {
        "left": verification.resends_left(signature, rules=rules),
        "may_resend": verification.may_resend_now(signature, rules=rules, now=clock.now()),
    }
    return step_page("check_inbox", version, form, address=address, reference=signature.reference, **shown)


@bp.post("/charters/<charter>/sign/resend")
def resend(charter: str) -> Answer:
    """Send the link again."""
    charter_queries.current_version(charter)
    signature = _submitted(browser_draft(charter))
    if signature is not None:
        with transaction():
            operations.resend(
                signature=signature, rules=SigningRules.of(current_app.config), actor=Actor.person(), now=clock.now()
            )
    return redirect(url_for(".check_inbox", charter=charter))


@bp.post("/charters/<charter>/sign/address")
def address(charter: str) -> Answer:
    """Correct a mistyped address: the browser that signed may, the old link ends."""
    version, draft = charter_queries.current_version(charter), browser_draft(charter)
    signature = _submitted(draft)
    if draft is None or signature is None:
        return redirect(url_for(".organisation", charter=charter))
    form = forms.AddressForm()
    form.preparer_address = draft.preparer.get("email", "")
    if not form.validate_on_submit():
        return _page(version, draft, signature=signature, form=form)
    email, draft_id = form.email.data, draft.id
    with transaction():
        drafts.change_email(db.session.get_one(Draft, draft_id), email=email)
        operations.correct_address(
            signature=signature,
            email=email,
            rules=SigningRules.of(current_app.config),
            actor=Actor.person(),
            now=clock.now(),
        )
    return redirect(url_for(".check_inbox", charter=charter))
