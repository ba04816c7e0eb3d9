"""Is this the same organisation? Who resembles an applicant, two side by side, and what an officer says of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires
from coalition.charters import queries as charters
from coalition.organisations.resemblance import told_apart
from coalition.review import access, similar, telling_apart
from coalition.review.access import reached
from coalition.review.similar import Similar
from coalition.signing.models import Signature
from coalition.transactions import transaction

bp = access.bp


@bp.context_processor
def resembling() -> dict[str, Callable[[Signature], tuple[Similar, ...]]]:
    """Lend an application's page `resembling(signature)`."""
    return {"resembling": lambda signature: similar.similar_to(signature, scope=officer().scope)}


@bp.get("/applications/<ref>/compare/<other>/")
@requires(Act.READ_APPLICATIONS)
def compare(ref: str, other: str) -> ResponseReturnValue:
    """Show two organisations side by side."""
    signature = reached(ref)
    second = similar.beside(signature, other, scope=officer().scope)
    return render_template(
        "review/compare.html",
        ref=ref,
        other=other,
        first=similar.Beside(signature.organisation, signature),
        second=second,
        definition=charters.definition_of(signature.charter, signature.charter_version),
        is_apart=second.organisation.id in told_apart(signature.organisation_id),
    )


@bp.post("/applications/<ref>/compare/<other>/")
@requires(Act.TELL_APART)
def tell_apart(ref: str, other: str) -> ResponseReturnValue:
    """Remember that the two are different, or no longer."""
    signature, person = reached(ref), officer()
    second = similar.beside(signature, other, scope=person.scope)
    act: dict[str, Any] = {
        "other_id": second.organisation.id,
        "other_number": second.signature.register_number or "" if second.signature is not None else "",
        "actor": person.actor,
        "now": clock.now(),
    }
    with transaction():
        if request.form.get("apart") == "no":
            telling_apart.take_back(signature=signature, **act)
        else:
            telling_apart.tell_apart(signature=signature, officer_id=person.id, **act)
    return redirect(url_for("review.application", ref=ref))
