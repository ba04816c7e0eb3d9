"""What does an officer see and change of the own account? Factors, sessions, days away.

How passkeys are asked belongs to `challenges`; colleagues' accounts to `desk.officer_views`.
"""

from __future__ import annotations

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from coalition import clock
from coalition.accounts import (
    absences,
    ceremonies,
    challenges,
    changes,
    credentials,
    passkeys,
    provider,
    queries,
    sealing,
    sessions,
    staff,
)
from coalition.accounts.errors import PasskeyRefused, WrongCode
from coalition.accounts.forms import AbsenceForm, AuthenticatorForm, NewPasskeyForm, PasswordForm
from coalition.accounts.guard import bp, officer, requires
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Act
from coalition.i18n import told
from coalition.transactions import transaction
from coalition.web.headers import with_own_script

__all__ = ["bp"]

INVALID, SEE_OTHER = 422, 303


def _own() -> Officer:
    return queries.officer_named(officer().public_id)


@bp.get("/account/")
@requires(Act.ENTER)
def mine() -> ResponseReturnValue:
    """Show the own account."""
    return _page(AbsenceForm(formdata=None))


def _page(form: AbsenceForm) -> ResponseReturnValue:
    person, now = _own(), clock.now()
    shown = {
        "person": person,
        "passkeys": staff.passkeys_of(person.id),
        "codes_left": staff.recovery_codes_left(person.id),
        "sessions": staff.sessions_of(person.id, now=now),
        "this_session": officer().session_id,
        "absences": staff.absences_of(person.id, today=now.date()),
        "passkeys_possible": challenges.party().is_possible,
        "provider": provider.provider_name(),
        "form": form,
    }
    return render_template("accounts/mine.html", **shown), INVALID if form.errors else 200


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Act.ENTER, fresh=True)
def password() -> ResponseReturnValue:
    """Choose another password."""
    person = _own()
    form = PasswordForm(invited_email=person.email, invited_name=person.name)
    if form.validate_on_submit():
        hashed = credentials.hash_password(form.password.data, current_app.config["ARGON2_PROFILE"])
        with transaction():
            changes.set_password(officer=_own(), password_hash=hashed, token=officer().token, now=clock.now())
        return redirect(url_for("accounts.mine"), SEE_OTHER)
    return render_template("accounts/password.html", form=form), INVALID if form.errors else 200


@bp.route("/account/authenticator", methods=["GET", "POST"])
@requires(Act.ENTER, fresh=True)
def authenticator() -> ResponseReturnValue:
    """Set up another authenticator; the secret travels sealed in the form until its first code is shown."""
    form, person = AuthenticatorForm(), _own()
    secret = _offered(form.sealed.data, person) if form.is_submitted() else None
    if secret and form.validate_on_submit():
        try:
            with transaction():
                changes.replace_authenticator(officer=_own(), secret=secret, code=form.code.data, now=clock.now())
            return redirect(url_for("accounts.mine"), SEE_OTHER)
        except WrongCode as wrong:
            form.code.errors = [told(wrong)]
    secret = secret or credentials.new_secret()
    form.sealed.data = sealing.seal(f"{person.public_id} {secret}")
    address = credentials.enrolment_address(secret, email=person.email, site=challenges.party().name)
    shown = {"secret": secret, "address": address, "picture": credentials.enrolment_picture(address)}
    return render_template("accounts/authenticator.html", form=form, **shown), INVALID if form.errors else 200


def _offered(sealed: str | None, person: Officer) -> str | None:
    """Return the secret that this officer was shown; None of anything else."""
    kept = sealing.opened(sealed) if sealed and sealed.startswith(sealing.MARK) else None
    owner, _, secret = (kept or "").partition(" ")
    return secret if owner == person.public_id else None


@bp.post("/account/recovery-codes")
@requires(Act.ENTER, fresh=True)
def recovery_codes() -> ResponseReturnValue:
    """Make recovery codes and show them, this once."""
    with transaction():
        codes = changes.make_recovery_codes(officer=_own(), now=clock.now())
    return render_template("accounts/recovery_codes.html", codes=codes)


@bp.route("/account/passkeys", methods=["GET", "POST"])
@requires(Act.ENTER, fresh=True)
def new_passkey() -> ResponseReturnValue:
    """Add a passkey."""
    form, party = NewPasskeyForm(), challenges.party()
    if form.validate_on_submit():
        try:
            challenge = challenges.taken()
            made = ceremonies.made(form.passkey.data or "", party=party, challenge=challenge)
            with transaction():
                passkeys.add(officer=_own(), passkey=made, label=form.label.data, challenge=challenge, now=clock.now())
            return redirect(url_for("accounts.mine"), SEE_OTHER)
        except PasskeyRefused as refused:
            form.form_errors.append(told(refused))
    return with_own_script(_passkey_page(form), INVALID if form.errors else 200)


def _passkey_page(form: NewPasskeyForm) -> str:
    person, party = _own(), challenges.party()
    options = ceremonies.creation_options(
        party,
        challenges.fresh(),
        handle=person.public_id,
        email=person.email,
        name=person.name,
        known=[one.credential_id for one in staff.passkeys_of(person.id)],
    )
    return render_template("accounts/passkey.html", form=form, options=options, is_possible=party.is_possible)


@bp.post("/account/passkeys/<passkey>/remove")
@requires(Act.ENTER, fresh=True)
def remove_passkey(passkey: str) -> ResponseReturnValue:
    """Take a passkey away."""
    with transaction():
        passkeys.remove(officer=_own(), public_id=passkey, now=clock.now())
    return redirect(url_for("accounts.mine"), SEE_OTHER)


@bp.post("/account/sessions/<session>/end")
@requires(Act.ENTER)
def end_session(session: str) -> ResponseReturnValue:
    """Sign out one browser."""
    with transaction():
        sessions.end(officer_id=officer().id, public_id=session, actor=officer().actor, now=clock.now())
    return redirect(url_for("accounts.mine"), SEE_OTHER)


@bp.post("/account/sessions/end")
@requires(Act.ENTER)
def end_other_sessions() -> ResponseReturnValue:
    """Sign out every other browser."""
    with transaction():
        sessions.end_others(officer_id=officer().id, token=officer().token, actor=officer().actor, now=clock.now())
    return redirect(url_for("accounts.mine"), SEE_OTHER)


@bp.post("/account/absences")
@requires(Act.ENTER)
def enter_absence() -> ResponseReturnValue:
    """Enter days away."""
    form = AbsenceForm()
    if not form.validate_on_submit():
        return _page(form)
    days = {"first_on": form.first_on.data, "last_on": form.last_on.data}
    with transaction():
        absences.enter(officer=_own(), actor=officer().actor, now=clock.now(), **days)
    return redirect(url_for("accounts.mine"), SEE_OTHER)


@bp.post("/account/absences/<absence>/remove")
@requires(Act.ENTER)
def remove_absence(absence: str) -> ResponseReturnValue:
    """Take back days away."""
    with transaction():
        absences.remove(officer=_own(), public_id=absence, actor=officer().actor, now=clock.now())
    return redirect(url_for("accounts.mine"), SEE_OTHER)
