"""What does an officer see of an application, and which acts are offered there? One page for all views."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, request
from werkzeug.datastructures import MultiDict

from coalition import clock
from coalition.accounts.permissions import Act, Role, may
from coalition.accounts.queries import SignedIn
from coalition.accounts.views import officer
from coalition.charters import queries as charters
from coalition.eligibility.assessment import assess
from coalition.i18n import gettext as _
from coalition.review import dossier, people, queries
from coalition.review.decisions import ReferralKind, Verdict, is_asked, may_recall
from coalition.review.dossier import Dossier
from coalition.review.forms import AppealForm, AssignForm, DecisionForm, NoteForm, Offered, OpinionForm
from coalition.review.people import Colleague
from coalition.review.queries import Application
from coalition.signing.models import Signature

NEEDS = {
    Verdict.APPROVE: Act.DECIDE,
    Verdict.ASK: Act.ASK,
    Verdict.REFER: Act.REFER,
    Verdict.DECLINE: Act.DECIDE,
    Verdict.MERGE: Act.DECIDE,
}
NOBODY = ""
ONE = "officer:"


def show(signature: Signature, form: DecisionForm | None = None, **more: Any) -> str:
    """Write the page; `more` are forms that were sent and are shown again, or the preview of a mail."""
    found = queries.application_of(signature, now=clock.now())
    around, person = dossier.dossier_of(signature), officer()
    me = next((one for one in around.colleagues if one.id == person.id), None)
    forms = {
        "form": form or _unsent_form(found, around),
        "note_form": more.pop("note_form", None) or NoteForm(formdata=None),
        "opinion_form": more.pop("opinion_form", None) or OpinionForm(formdata=None),
        "appeal_form": more.pop("appeal_form", None) or AppealForm(formdata=None),
        "assign_form": assign_form(around.candidates, around.assigned_to, sent=None),
    }
    return render_template(
        "review/application.html",
        found=found,
        around=around,
        may={act.value for act in Act if may(person.role, act)},
        holds=found.holder is not None and found.holder.officer_id == person.id,
        has_approved=any(line.officer_id == person.id for line in found.approvals),
        recused_by=me.recused_by if me is not None else "",
        waits=_waits(around, person),
        answer_days=current_app.config["QUESTION_LIFETIME"].days,
        **forms,
        **more,
    )


def _waits(around: Dossier, person: SignedIn) -> dict[str, bool]:
    """Tell what of a referral or an appeal waits for this officer."""
    line = around.open_referral
    if line is None:
        return {}
    is_appeal = line.addressee.kind is ReferralKind.APPEAL
    return {
        "opinion": is_asked(line.addressee, officer_id=person.id, role=person.role),
        "recall": may_recall(line.addressee, officer_id=person.id, role=person.role),
        "appeal": is_appeal and any(one.id == person.id for one in around.candidates),
        "own": is_appeal and person.id in around.contested_by,
    }


def sent_form(signature: Signature) -> DecisionForm:
    """Read the decision that was sent; what is preset is looked up only for a field that was not."""
    definition, sent = charters.definition_of(signature.charter, signature.charter_version), request.form
    category = ""
    if "category" not in sent:
        answers = assess(definition.rules, signature.answers)
        category = queries.category_at_hand(queries.approved_categories(signature), answers)
    has_proof = "mandate_basis" not in sent and bool(signature.documents)
    offered = Offered(_verdicts(), _referees(people.colleagues(signature), signature), category, has_proof, "")
    return DecisionForm(definition, sent=sent, content_sha256=signature.content_sha256, offered=offered)


def _unsent_form(found: Application, around: Dossier) -> DecisionForm:
    category = queries.category_at_hand([line.category for line in found.approvals], found.assessment)
    same = [one.reference for one in found.same_names if one.reference]
    offered = Offered(
        verdicts=_verdicts(),
        referees=_referees(around.colleagues, found.signature),
        category=category,
        has_proof=bool(found.signature.documents),
        merge_into=same[0] if len(same) == 1 else "",
    )
    return DecisionForm(found.definition, sent=None, content_sha256=found.signature.content_sha256, offered=offered)


def assign_form(
    candidates: tuple[Colleague, ...], assigned_to: int | None, *, sent: MultiDict[str, str] | None
) -> AssignForm:
    """Return the form that says on whose list an application stands."""
    present = next((one.public_id for one in candidates if one.id == assigned_to), NOBODY)
    form = AssignForm(sent, officer=present)
    form.officer.choices = [(NOBODY, _("Nobody’s")), *((one.public_id, one.name) for one in candidates)]
    return form


def _verdicts() -> frozenset[Verdict]:
    return frozenset(verdict for verdict, act in NEEDS.items() if may(officer().role, act))


def _referees(colleagues: tuple[Colleague, ...], signature: Signature) -> list[tuple[str, object]]:
    """Return whom an application can be referred to, by the value that the form sends."""
    own = officer().id
    able = [one for one in colleagues if one.id != own and one.may_act(Act.ANSWER_REFERRAL, signature)]
    kinds: list[tuple[str, object]] = []
    if any(one.role in (Role.REVIEWER, Role.SECRETARIAT) for one in able):
        kinds.append((ReferralKind.SECOND_REVIEWER.value, _("Any other reviewer")))
    if any(one.role is Role.PRESIDENCY for one in able):
        kinds.append((ReferralKind.PRESIDENCY.value, _("The presidency")))
    return [*kinds, *((f"{ONE}{one.public_id}", one.name) for one in able)]
