"""Which parties do lists name? Their pages for officers: names, classes, affiliates, and where each of it stands."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires, speak_officers_language
from coalition.errors import NotFound, mark
from coalition.organisations import queries
from coalition.web.pagination import cursor_of

bp = Blueprint("parties", __name__)
bp.before_request(speak_officers_language)
LONGEST_QUERY = 300


class PartyUnknown(NotFound):
    """No list names such a party, or not for this officer."""

    def __init__(self) -> None:
        super().__init__(mark("No list names an organisation under this address."))


@bp.app_context_processor
def provenance() -> dict[str, Any]:
    """Lend templates `lists_naming(organisation_id)`: where an organisation came from that nobody entered here."""
    return {"lists_naming": queries.provenance_of}


@bp.get("/organisations/")
@requires(Act.READ_APPLICATIONS)
def parties() -> ResponseReturnValue:
    """List the parties that lists name, of all lists or one."""
    _require_reach()
    typed = request.args
    q = "".join(sign for sign in typed.get("q", "")[:LONGEST_QUERY] if sign.isprintable()).strip()
    known = queries.lists()
    chosen = next((one for one in known if one.public_id == typed.get("list")), None)
    page = queries.page_of_parties(list_id=chosen.id if chosen else None, q=q, after=cursor_of(typed.get("after")))
    return render_template("desk/organisations.html", page=page, lists=known, chosen=chosen, q=q)


@bp.get("/organisations/<party>/")
@requires(Act.READ_APPLICATIONS)
def party(party: str) -> ResponseReturnValue:
    """Show one party: what each list says of it, and who is listed under it."""
    _require_reach()
    found = queries.party_of(party)
    if found is None:
        raise PartyUnknown
    return render_template("desk/organisation.html", party=found[0], affiliates=found[1])


def _require_reach() -> None:
    """Let nobody see lists who was given one case alone."""
    if officer().scope.only_reference is not None:
        raise PartyUnknown
