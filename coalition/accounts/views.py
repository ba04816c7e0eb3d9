"""How does an officer get in and out? Sign-in, invitation, second factor, sign-out, and proving anew who one is."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from coalition import clock, tokens
from coalition.accounts import (
    ceremonies,
    challenges,
    confirming,
    credentials,
    devices,
    entrance,
    operations,
    passkeys,
    provider,
    queries,
    sealing,
    sessions,
)
from coalition.accounts.errors import PasskeyRefused, SignInFailed, WrongCode
from coalition.accounts.forms import CodeForm, FactorForm, FirstOfficerForm, PasswordForm, SignInForm
from coalition.accounts.guard import bp, officer, open_to_strangers, requires, speak_officers_language
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Act
from coalition.extensions import db
from coalition.i18n import current_language, told
from coalition.tokens import Purpose
from coalition.transactions import transaction
from coalition.web import throttling
from coalition.web.headers import with_own_script

__all__ = ["bp", "officer", "open_to_strangers", "requires", "speak_officers_language"]

ENROLLING = "enrolling"


@bp.route("/login", methods=["GET", "POST"])
@open_to_strangers
def login() -> ResponseReturnValue:
    """Ask who is there; address, password and code are judged together."""
    wanted = confirming.own_path(request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(wanted)
    form = SignInForm()
    if form.validate_on_submit():
        # Counted before anything is hashed: hashing is slow on purpose, and a guesser shall not make us do it.
        throttling.allow("login", credentials.email_key(form.email.data))
        try:
            token = _sign_in(form)
        except SignInFailed as failed:
            form.form_errors.append(told(failed))
        else:
            entrance.begin(token)
            return redirect(wanted)
    return _login_page(form, wanted), 422 if form.errors else 200


@bp.post("/login/passkey")
@open_to_strangers
def login_by_passkey() -> ResponseReturnValue:
    """Sign in whoever's passkey answers; it verifies its user, so nothing more is asked."""
    wanted = confirming.own_path(request.args.get("next", ""))
    try:
        challenge = challenges.taken()
        with transaction():
            token = passkeys.sign_in(
                answer=request.form.get("passkey", ""),
                party=challenges.party(),
                challenge=challenge,
                lifetime=_session_lifetime(),
                browser=_browser(),
                now=clock.now(),
            )
    except PasskeyRefused as refused:
        form = SignInForm(formdata=None)
        form.form_errors.append(told(refused))
        return _login_page(form, wanted), 422
    entrance.begin(token)
    return redirect(wanted, 303)


def _login_page(form: SignInForm, wanted: str) -> Response:
    options = None
    if (party := challenges.party()).is_possible:
        options = ceremonies.request_options(party, challenges.fresh())
    shown = {"form": form, "next": wanted, "options": options, "provider": provider.provider_name()}
    return with_own_script(render_template("accounts/login.html", **shown))


def _sign_in(form: SignInForm) -> str:
    kept = queries.credentials_of(form.email.data)
    kept_hash = kept.password_hash if kept else None
    if not credentials.is_password(form.password.data, kept_hash, current_app.config["ARGON2_PROFILE"]) or kept is None:
        raise SignInFailed
    with transaction():
        return operations.sign_in(
            credentials=kept,
            code=form.code.data,
            lifetime=_session_lifetime(),
            browser=_browser(),
            now=clock.now(),
        )


@bp.post("/logout")
@requires(Act.ENTER)
def logout() -> ResponseReturnValue:
    """End this browser's session."""
    with transaction():
        sessions.sign_out(token=officer().token, now=clock.now())
    session.clear()
    return redirect(url_for("accounts.login"))


@bp.route("/confirm", methods=["GET", "POST"])
@requires(Act.ENTER)
def confirm() -> ResponseReturnValue:
    """Ask for a second factor before a page that needs one, then lead on to it."""
    wanted = confirming.own_path(request.args.get("next", ""))
    form = FactorForm()
    if confirming.is_fresh(officer()) or (request.method == "POST" and confirming.is_proved(officer(), form)):
        return redirect(wanted, 303)
    action = url_for("accounts.confirm", next=wanted)
    page = confirming.page(form, action=action, typed=[], again="again" in request.args)
    return page, 422 if form.errors else 200


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@open_to_strangers
def invitation(token: str) -> ResponseReturnValue:
    """Let the person invited choose a password."""
    invited = queries.open_invitation(tokens.read(Purpose.INVITATION, token), now=clock.now())
    is_first = invited.officer_id is None
    form_class = FirstOfficerForm if is_first else PasswordForm
    form = form_class(invited_email=invited.email, invited_name=invited.name)
    if form.validate_on_submit():
        hashed = credentials.hash_password(form.password.data, current_app.config["ARGON2_PROFILE"])
        own = {"email": form.email.data, "name": form.name.data} if isinstance(form, FirstOfficerForm) else {}
        with transaction():
            operations.accept_invitation(
                public_id=invited.public_id, password_hash=hashed, language=current_language(), now=clock.now(), **own
            )
        session.clear()
        session[ENROLLING] = invited.public_id
        return redirect(url_for("accounts.second_factor", token=token))
    page = render_template("accounts/invitation.html", form=form, invited=invited, is_first=is_first, token=token)
    return page, 422 if form.errors else 200


@bp.route("/invitations/<token>/second-factor", methods=["GET", "POST"])
@open_to_strangers
def second_factor(token: str) -> ResponseReturnValue:
    """Show the authenticator's secret to the browser that has just chosen the password, and ask the first code."""
    invited = queries.open_invitation(tokens.read(Purpose.INVITATION, token), now=clock.now())
    if session.get(ENROLLING) != invited.public_id or invited.officer_id is None:
        return redirect(url_for("accounts.invitation", token=token))
    form = CodeForm()
    if form.validate_on_submit():
        try:
            begun = _enrol(invited.public_id, form.code.data)
        except WrongCode as wrong:
            form.code.errors = [told(wrong)]
        else:
            entrance.begin(begun)
            return redirect(url_for("review.applications"))
    return _enrolment_page(form, officer_id=invited.officer_id, token=token), 422 if form.errors else 200


def _enrol(public_id: str, code: str) -> str:
    with transaction():
        return operations.enrol_totp(
            public_id=public_id, code=code, lifetime=_session_lifetime(), browser=_browser(), now=clock.now()
        )


def _enrolment_page(form: CodeForm, *, officer_id: int, token: str) -> str:
    person = db.session.get_one(Officer, officer_id)
    secret, site = sealing.opened(person.totp_secret) or "", urlsplit(current_app.config["PUBLIC_URL"]).hostname or ""
    address = credentials.enrolment_address(secret, email=person.email, site=site)
    shown = {"secret": secret, "address": address, "picture": credentials.enrolment_picture(address)}
    return render_template("accounts/second_factor.html", form=form, token=token, **shown)


def _browser() -> str:
    return devices.browser_name(request.headers.get("User-Agent", ""))


def _session_lifetime() -> timedelta:
    lifetime: timedelta = current_app.config["OFFICER_SESSION_LIFETIME"]
    return lifetime
