"""What does the site say of itself? Home, and the pages that every site needs.

Who stands on the register, and how they are counted, belongs to `register`; what machines ask, to `machine_views`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, current_app, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response

from coalition.charters import queries as charters
from coalition.charters.shapes import CharterDefinition
from coalition.i18n import gettext as _
from coalition.i18n import localised, ngettext
from coalition.register import queries as register
from coalition.web.caching import public_page, remembered
from coalition.web.formatting import format_number
from coalition.web.seal import seal_svg

bp = Blueprint("site", __name__)

RECENT = 5
CENTRE = Markup('<text y="4" font-size="27">{}</text><text y="18" class="sub">{}</text>')


@dataclass(frozen=True)
class Periods:
    """How long things are kept and take, in the units that pages name them in."""

    draft_days: int
    unverified_days: int
    decision_days: int
    proof_months: int
    personal_months: int


@bp.get("/")
def home() -> Response:
    """Show what this is, how to sign, and who signed last."""
    return public_page(remembered("register", register.register_version), _home)


def _home() -> str:
    definition = charters.first_definition()
    counts = register.counts(definition.slug) if definition else register.Counts(0, 0)
    return _rendered(
        "site/home.html",
        charter=definition,
        strands=localised(definition.seal.labels) if definition else (),
        standing=_standing(counts.signatories, counts.countries),
        seal=_seal(definition, counts.signatories),
        signatories=counts.signatories,
        recent=register.recent_entries(RECENT),
    )


@bp.get("/about/")
def about() -> Response:
    """Tell whose site this is and what happens to a signature."""
    return public_page("about", _about)


def _about() -> str:
    definition = charters.first_definition()
    title = localised(definition.title) if definition else ""
    return _rendered("site/about.html", charter=definition, text_title=title)


@bp.get("/privacy/")
def privacy() -> Response:
    """Tell who answers for personal data, what it is for and how long it is kept."""
    return public_page("privacy", partial(_rendered, "site/privacy.html"))


@bp.get("/accessibility/")
def accessibility() -> Response:
    """Tell what the pages hold to and where they fall short."""
    return public_page("accessibility", partial(_rendered, "site/accessibility.html"))


@bp.get("/contact/")
def contact() -> Response:
    """Tell how to reach the secretariat."""
    return public_page("contact", partial(_rendered, "site/contact.html"))


def _rendered(template: str, **values: Any) -> str:
    return render_template(template, periods=_periods(), **values)


def _periods() -> Periods:
    settings = current_app.config
    return Periods(
        draft_days=settings["DRAFT_LIFETIME"].days,
        unverified_days=settings["UNVERIFIED_LIFETIME"].days,
        decision_days=settings["DECISION_WORKING_DAYS"],
        proof_months=settings["PROOF_RETENTION_MONTHS"],
        personal_months=settings["PERSONAL_DATA_RETENTION_MONTHS"],
    )


def _standing(signatories: int, countries: int) -> str:
    """Say how many have signed: one sentence a number, because a plural cannot be built from two."""
    if not signatories:
        return str(_("No organisation has signed yet. Yours can be the first."))
    signed = ngettext(
        "%(count)s organisation has signed.",
        "%(count)s organisations have signed.",
        signatories,
        count=format_number(signatories),
    )
    where = ngettext(
        "Signatories come from %(count)s country or territory.",
        "Signatories come from %(count)s countries and territories.",
        countries,
        count=format_number(countries),
    )
    invitation = _("Yours can join them.")
    return f"{signed} {where} {invitation}"


def _seal(definition: CharterDefinition | None, signatories: int) -> Markup:
    """Draw the charter's seal with the number of signatories in its open centre; the same words stand beside it."""
    if definition is None:
        return Markup("")
    word = ngettext("signatory", "signatories", signatories)
    centre = CENTRE.format(format_number(signatories), word) if signatories else ""
    return seal_svg(definition.slug, uid="seal-", size=416, centre=centre, strands=definition.seal.strands)
