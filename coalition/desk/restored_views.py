"""What has to be done again after a backup was restored? Public acts that the log knows and the database does not."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts.permissions import Act
from coalition.accounts.views import officer, requires, speak_officers_language
from coalition.transactions import transaction
from coalition.transparency import losses
from coalition.web.pagination import LARGEST

bp = Blueprint("restored", __name__)
bp.before_request(speak_officers_language)
SEE_OTHER = 303


@bp.get("/restored/")
@requires(Act.READ_APPLICATIONS)
def lost() -> ResponseReturnValue:
    """List the acts that nobody has done again."""
    return render_template("desk/restored.html", losses=losses.unsettled())


@bp.post("/restored/")
@requires(Act.CORRECT)
def settle() -> ResponseReturnValue:
    """Take acts that were done again, or need not be, off the list."""
    places = [int(place) for place in request.form.getlist("place") if place.isascii() and place.isdigit()]
    with transaction():
        losses.settle(places=[place for place in places if place < LARGEST], actor=officer().actor, now=clock.now())
    return redirect(url_for(".lost"), SEE_OTHER)
