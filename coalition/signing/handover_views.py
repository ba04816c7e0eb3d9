"""What may a preparer still do once the form is with its signer? See where it went, send it again, correct the address.

Handing over itself is the last step of `views`; opening the mailed link belongs to `resume_views`.
"""

from __future__ import annotations

from flask import current_app, redirect, url_for

from coalition import clock
from coalition.charters import queries as charter_queries
from coalition.charters.queries import CharterPage
from coalition.i18n import current_language
from coalition.signing import drafts, forms, handover, queries, steps
from coalition.signing.application import SigningRules
from coalition.signing.models import Draft
from coalition.signing.steps import Answer, changing, given_away, step_page

bp = steps.bp


@bp.get("/charters/<charter>/sign/handed-over")
def handed_over(charter: str) -> Answer:
    """Say where the form went and what happens next."""
    version, draft = charter_queries.current_version(charter), given_away(charter)
    if draft is None:
        return redirect(url_for(".organisation", charter=charter))
    return _page(version, draft, forms.AddressForm(formdata=None))


def _page(version: CharterPage, draft: Draft, form: forms.AddressForm) -> tuple[str, int]:
    sent = queries.count_draft_links(draft.id, for_signer=True)
    left = max(current_app.config["RESENDS"] + 1 - sent, 0)
    is_refused = queries.is_mail_refused(drafts.subject_of(draft), to=draft.preparer["sent_to"])
    shown = {"left": left, "is_refused": is_refused, "is_confirmed": queries.is_confirmed(draft.signature_id)}
    return step_page("handed_over", version, form, draft=draft, **shown)


@bp.post("/charters/<charter>/sign/handed-over/again")
def hand_over_again(charter: str) -> Answer:
    """Send the signer a new link."""
    charter_queries.current_version(charter)
    draft = given_away(charter)
    if draft is not None and draft.signature_id is None:
        with changing(draft) as kept:
            handover.send_again(
                kept, language=current_language(), rules=SigningRules.of(current_app.config), now=clock.now()
            )
    return redirect(url_for(".handed_over", charter=charter))


@bp.post("/charters/<charter>/sign/handed-over/address")
def correct_signer(charter: str) -> Answer:
    """Correct the address that the form went to: the old link ends."""
    version, draft = charter_queries.current_version(charter), given_away(charter)
    if draft is None or draft.signature_id is not None:
        return redirect(url_for(".handed_over", charter=charter))
    form = forms.AddressForm()
    form.preparer_address = draft.preparer["email"]
    if not form.validate_on_submit():
        return _page(version, draft, form)
    with changing(draft) as kept:
        handover.correct_signer(
            kept,
            email=form.email.data,
            language=current_language(),
            rules=SigningRules.of(current_app.config),
            now=clock.now(),
        )
    return redirect(url_for(".handed_over", charter=charter))
