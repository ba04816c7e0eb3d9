"""What does the site say of itself? Home, and the pages that every site needs.

Who stands on the register, and how they are counted, belongs to `register`; what machines ask, to `machine_views`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.wrappers import Response

from coalition.charters import queries as charters
from coalition.charters.shapes import CharterDefinition, FieldDefinition
from coalition.enquiries.forms import LetterForm
from coalition.enquiries.states import Kind
from coalition.enquiries.views import take
from coalition.extensions import csrf
from coalition.i18n import LANGUAGES, is_singular, known_languages, localised, ngettext
from coalition.i18n import gettext as _
from coalition.register import queries as register
from coalition.site import content
from coalition.web.caching import public_page, remembered
from coalition.web.formatting import format_number
from coalition.web.seal import seal_svg

bp = Blueprint("site", __name__)

RECENT = 5
CENTRE = Markup('<text y="4" font-size="27">{}</text><text y="18" class="sub">{}</text>')


@bp.get("/")
def home() -> Response:
    """Show what this is, how to sign, and who signed last."""
    return public_page(remembered("register", register.register_version), _home)


def _home() -> str:
    first = charters.first_charter()
    definition = first.definition if first else None
    counts = register.counts(definition.slug) if definition else register.Counts(0, 0)
    return _rendered(
        "site/home.html",
        charter=definition,
        is_open=bool(first and first.is_open),
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
    return _rendered("site/about.html", definitions=_definitions())


@bp.get("/privacy/")
def privacy() -> Response:
    """Tell who answers for personal data, what is public, what it is for and how long it is kept."""
    return public_page("privacy", _privacy)


def _privacy() -> str:
    fields = [field for definition in _definitions() for field in definition.extra_fields]
    return _rendered(
        "site/privacy.html",
        public=_labels(content.PUBLIC, fields, is_public=True),
        private=_labels(content.PRIVATE, fields, is_public=False),
        cookies=content.cookies_of(current_app.config),
    )


def _labels(known: Mapping[str, object], fields: list[FieldDefinition], *, is_public: bool) -> list[object]:
    """Return the labels of what is asked for, the charters' own fields by their own names."""
    own = [localised(field.label) for field in fields if field.public is is_public]
    return [*(label for key, label in known.items() if key != "extra"), *own]


@bp.get("/accessibility/")
def accessibility() -> Response:
    """Tell what the pages hold to and where they fall short."""
    return public_page("accessibility", partial(_rendered, "site/accessibility.html"))


@bp.get("/contact/")
def contact() -> Response:
    """Tell how to reach the secretariat, and ask for a message."""
    return public_page("contact", _contact)


@bp.post("/contact/")
def write() -> ResponseReturnValue:
    """Keep a message to the secretariat."""
    form = LetterForm()
    if not form.validate():
        return _contact(form), 422
    take(form, kind=Kind.ENQUIRY)
    return redirect(url_for("enquiries.sent"))


csrf.exempt(write)  # it rests on nobody's rights, and the page that it stands on is the same for everybody


def _contact(form: LetterForm | None = None) -> str:
    spoken = [LANGUAGES[code] for code in known_languages()]
    return _rendered(
        "site/contact.html",
        form=form or LetterForm(formdata=None),
        post=current_app.config["POSTAL_ADDRESS"],
        spoken=spoken,
    )


def _definitions() -> list[CharterDefinition]:
    """Return the definitions of all charters that are switched on."""
    return [item.definition for item in charters.charter_list()]


def _rendered(template: str, **values: Any) -> str:
    return render_template(template, periods=content.periods_of(current_app.config), **values)


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
    nouns = definition.nouns
    word = localised(nouns.signatory if is_singular(signatories) else nouns.signatories)
    centre = CENTRE.format(format_number(signatories), word) if signatories else ""
    return seal_svg(definition.slug, uid="seal-", size=416, centre=centre, strands=definition.seal.strands)
