"""How does an officer get in and out? Sign-in, invitation, second factor, sign-out; the guard of officers' pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user

from coalition import clock, tokens
from coalition.accounts import credentials, operations, queries
from coalition.accounts.errors import SignInFailed, WrongCode
from coalition.accounts.forms import CodeForm, FirstOfficerForm, PasswordForm, SignInForm
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Act, may
from coalition.accounts.queries import SignedIn
from coalition.errors import Refused, mark
from coalition.extensions import db, login_manager
from coalition.i18n import current_language, known_languages, told
from coalition.tokens import Purpose
from coalition.transactions import transaction
from coalition.web import throttling

bp = Blueprint("accounts", __name__)

View = Callable[..., ResponseReturnValue]
OWN_PATH = re.compile(r"/admin/[A-Za-z0-9/_.~?=&%+-]*")
ENROLLING = "enrolling"


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_signed_in(token: str) -> SignedIn | None:
    """Return the officer whose browser carries `token`."""
    return queries.signed_in(token, now=clock.now())


def officer() -> SignedIn:
    """Return the officer behind this request, on a page that `requires` one."""
    found: SignedIn = current_user._get_current_object()  # noqa: SLF001
    return found


def requires(act: Act) -> Callable[[View], View]:
    """Let a view be reached only by officers whose role allows `act`; strangers are led to the sign-in page."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                wanted = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("accounts.login", next=wanted))
            if not may(current_user.role, act):
                raise Refused(mark("Your role does not allow this. Ask an officer of the secretariat."))
            _note_seen(current_user)
            return view(*args, **kwargs)

        guarded.required_act = act  # type: ignore[attr-defined]
        return guarded

    return guard


def open_to_strangers(view: View) -> View:
    """Mark a view of the secretariat as one that needs no account."""
    view.required_act = None  # type: ignore[attr-defined]
    return view


def speak_officers_language() -> None:
    """Show the secretariat's pages in the signed-in officer's language; strangers get the browser's."""
    if current_user.is_authenticated and current_user.language in known_languages():
        g.language = current_user.language


bp.before_request(speak_officers_language)


@bp.app_context_processor
def permissions() -> dict[str, Callable[[str], bool]]:
    """Lend templates `allows(act)`: what this officer's role does not allow is not offered."""
    return {"allows": lambda act: current_user.is_authenticated and may(current_user.role, Act(act))}


def _note_seen(person: SignedIn) -> None:
    moment = clock.now()
    if moment - person.last_seen_at >= operations.SEEN_EVERY:
        with transaction():
            operations.note_seen(token=person.token, now=moment)


@bp.get("/")
@requires(Act.ENTER)
def start() -> ResponseReturnValue:
    """Lead to the queue."""
    return redirect(url_for("review.applications"))


@bp.route("/login", methods=["GET", "POST"])
@open_to_strangers
def login() -> ResponseReturnValue:
    """Ask who is there; address, password and code are judged together."""
    wanted = _own_path(request.args.get("next", ""))
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
            _begin_session(token)
            return redirect(wanted)
    return render_template("accounts/login.html", form=form, next=wanted), 422 if form.errors else 200


def _sign_in(form: SignInForm) -> str:
    kept = queries.credentials_of(form.email.data)
    kept_hash = kept.password_hash if kept else None
    if not credentials.is_password(form.password.data, kept_hash, current_app.config["ARGON2_PROFILE"]) or kept is None:
        raise SignInFailed
    with transaction():
        return operations.sign_in(credentials=kept, code=form.code.data, lifetime=_session_lifetime(), now=clock.now())


@bp.post("/logout")
@requires(Act.ENTER)
def logout() -> ResponseReturnValue:
    """End this browser's session."""
    with transaction():
        operations.sign_out(token=officer().token, now=clock.now())
    session.clear()
    return redirect(url_for("accounts.login"))


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
            _begin_session(begun)
            return redirect(url_for("review.applications"))
    return _enrolment_page(form, officer_id=invited.officer_id, token=token), 422 if form.errors else 200


def _enrol(public_id: str, code: str) -> str:
    with transaction():
        return operations.enrol_totp(public_id=public_id, code=code, lifetime=_session_lifetime(), now=clock.now())


def _enrolment_page(form: CodeForm, *, officer_id: int, token: str) -> str:
    person = db.session.get_one(Officer, officer_id)
    secret, site = person.totp_secret or "", urlsplit(current_app.config["PUBLIC_URL"]).hostname or ""
    address = credentials.enrolment_address(secret, email=person.email, site=site)
    shown = {"secret": secret, "address": address, "picture": credentials.enrolment_picture(address)}
    return render_template("accounts/second_factor.html", form=form, token=token, **shown)


def _begin_session(token: str) -> None:
    """Begin anew: nothing that a stranger may have put into this browser's session stays."""
    session.clear()
    login_user(queries.signed_in(token, now=clock.now()))


def _session_lifetime() -> Any:
    return current_app.config["OFFICER_SESSION_LIFETIME"]


def _own_path(wanted: str) -> str:
    """Return where to go after signing in: a page of the secretariat, whatever the address asked for."""
    return wanted if OWN_PATH.fullmatch(wanted) else url_for("review.applications")
