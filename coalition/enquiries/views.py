"""How does anybody report a problem with an entry of the register? Without a session, without a cookie.

The page is the same for everybody and may be kept; what is sent rests on nobody's rights, so that it needs no token.
The letter to the secretariat itself stands on the site's contact page.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.audit.record import Actor
from coalition.enquiries import operations
from coalition.enquiries.access import head_of
from coalition.enquiries.forms import LetterForm, ProblemForm
from coalition.enquiries.operations import Arrival
from coalition.enquiries.states import Kind, Source, Topic
from coalition.extensions import csrf
from coalition.i18n import current_language
from coalition.register import queries as register
from coalition.register.entry import Entry
from coalition.register.errors import EntryUnknown
from coalition.transactions import transaction
from coalition.web import throttling
from coalition.web.caching import public_page, remembered

bp = Blueprint("enquiries", __name__)
EVERYBODY = "everybody"


def take(form: LetterForm, *, kind: Kind, number: str | None = None, charter: str = "") -> None:
    """Keep what was sent. Raises TooMany: from one address, and from all of them together."""
    letter, language = form.letter(), current_language()
    throttling.allow("letter", letter.sender_email)
    throttling.allow("letters", EVERYBODY)
    arrival = Arrival(
        letter=letter,
        kind=kind,
        topic=Topic(form.topic.data),
        source=Source.FORM,
        language=language,
        head=head_of(charter, language),
        number=number,
    )
    with transaction():
        operations.receive(arrival, actor=Actor.person(), now=clock.now())


@bp.get("/register/<number>/report")
def report(number: str) -> ResponseReturnValue:
    """Ask what is wrong with an entry."""
    return public_page(remembered("register", register.register_version), partial(_asked, number))


def _asked(number: str) -> str:
    return _page(_entry(number), ProblemForm(formdata=None))


@bp.post("/register/<number>/report")
def send_report(number: str) -> ResponseReturnValue:
    """Open a case."""
    entry, form = _entry(number), ProblemForm()
    if not form.validate():
        return _page(entry, form), 422
    take(form, kind=Kind.CASE, number=entry.number, charter=entry.charter)
    return redirect(url_for(".sent"))


csrf.exempt(send_report)  # it rests on nobody's rights


@bp.get("/contact/sent")
def sent() -> ResponseReturnValue:
    """Say that the letter has come."""
    return public_page("contact sent", partial(render_template, "enquiries/sent.html"))


def _entry(number: str) -> Entry:
    found = register.entry_of(number[:60].upper())
    if found is None:
        raise EntryUnknown
    return found


def _page(entry: Entry, form: ProblemForm) -> str:
    return render_template("enquiries/report.html", entry=entry, form=form)
