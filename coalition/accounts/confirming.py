"""Is it still you? Before an act that weighs, the officer shows a second factor anew; for minutes it then holds.

The question stands between a form and its act and carries on what was typed, so that nothing is lost. Which acts ask
is said where they are guarded (`guard.requires`).
"""

from __future__ import annotations

import re

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts import ceremonies, challenges, factors, passkeys
from coalition.accounts.errors import PasskeyRefused, WrongCode
from coalition.accounts.forms import FactorForm
from coalition.accounts.queries import SignedIn
from coalition.i18n import told
from coalition.transactions import transaction
from coalition.web import throttling
from coalition.web.headers import with_own_script

OWN_PATH = re.compile(r"/admin/[A-Za-z0-9/_.~?=&%+-]*")
OWN_FIELDS = frozenset({"csrf_token", "factor_code", "factor_passkey"})
INVALID = 422


def is_fresh(person: SignedIn) -> bool:
    """Tell whether a second factor was shown in this session not long ago."""
    proved_at = person.proved_at
    return proved_at is not None and clock.now() - proved_at < current_app.config["FRESH_FACTOR_LIFETIME"]


def question(person: SignedIn) -> ResponseReturnValue | None:
    """Return the question that comes before this request is served; None once it is answered or need not be asked."""
    if is_fresh(person):
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("accounts.confirm", next=request.full_path.rstrip("?")))
    if request.files:  # a browser cannot send a chosen file twice
        return redirect(url_for("accounts.confirm", next=own_path(_page_before()), again=1), 303)
    is_answer = bool({"factor_code", "factor_passkey"} & set(request.form))
    form = FactorForm() if is_answer else FactorForm(formdata=None)
    if is_answer and is_proved(person, form):
        return None
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in OWN_FIELDS]
    return page(form, action=request.full_path.rstrip("?"), typed=typed), INVALID


def is_proved(person: SignedIn, form: FactorForm) -> bool:
    """Judge what was shown: a passkey's answer, or a code, of which a wrong one is told at its field."""
    if "factor_passkey" in request.form:
        return _is_own_passkey(person, form)
    if not form.validate_on_submit():
        return False
    throttling.allow("factor", person.public_id)
    try:
        with transaction():
            factors.prove(token=person.token, code=form.factor_code.data, now=clock.now())
    except WrongCode as wrong:
        form.factor_code.errors = [told(wrong)]
        return False
    return True


def _is_own_passkey(person: SignedIn, form: FactorForm) -> bool:
    try:
        challenge = challenges.taken()
        with transaction():
            passkeys.prove(
                token=person.token,
                answer=request.form["factor_passkey"],
                party=challenges.party(),
                challenge=challenge,
                now=clock.now(),
            )
    except PasskeyRefused as refused:
        form.form_errors.append(told(refused))
        return False
    return True


def page(form: FactorForm, *, action: str, typed: list[tuple[str, str]], again: bool = False) -> Response:
    """Return the page that asks; `typed` is sent on with the answer, `again` says that a file has to be chosen anew."""
    options = None
    if (party := challenges.party()).is_possible:
        options = ceremonies.request_options(party, challenges.fresh())
    shown = {"form": form, "action": action, "typed": typed, "again": again, "options": options}
    return with_own_script(render_template("accounts/confirm.html", **shown))


def own_path(wanted: str) -> str:
    """Return `wanted` if it is a page of the secretariat, else where officers begin."""
    return wanted if OWN_PATH.fullmatch(wanted) else url_for("review.applications")


def _page_before() -> str:
    referrer = request.referrer or ""
    return referrer.removeprefix(current_app.config["PUBLIC_URL"])
