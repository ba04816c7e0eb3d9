"""Who may come in here? The guard of the secretariat's pages: an officer, a role that allows it, a fresh factor.

How one proves anew who one is belongs to `confirming`; signing in and out to `views`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from coalition import clock
from coalition.accounts import confirming, queries, sessions
from coalition.accounts.permissions import Act, may
from coalition.accounts.queries import SignedIn
from coalition.errors import Refused, mark
from coalition.extensions import login_manager
from coalition.i18n import known_languages
from coalition.transactions import transaction

bp = Blueprint("accounts", __name__)  # shared by every view of this package

View = Callable[..., ResponseReturnValue]


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_signed_in(token: str) -> SignedIn | None:
    """Return the officer whose browser carries `token`."""
    return queries.signed_in(token, now=clock.now())


def officer() -> SignedIn:
    """Return the officer behind this request, on a page that `requires` one."""
    found: SignedIn = current_user._get_current_object()  # noqa: SLF001
    return found


def requires(act: Act, *, fresh: bool = False) -> Callable[[View], View]:
    """Let a view be reached only by officers whose role allows `act`; strangers are led to the sign-in page.

    `fresh` asks for a second factor shown in the last minutes. Who has none is asked for it first: before a page, or
    between a form and its act, which is then done with what was typed.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                wanted = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("accounts.login", next=wanted))
            if not may(current_user.role, act):
                raise Refused(mark("Your role does not allow this. Ask an officer of the secretariat."))
            _note_seen(current_user)
            if fresh and (question := confirming.question(officer())) is not None:
                return question
            return view(*args, **kwargs)

        guarded.required_act, guarded.needs_fresh_factor = act, fresh  # type: ignore[attr-defined]
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
    if moment - person.last_seen_at >= sessions.SEEN_EVERY:
        with transaction():
            sessions.note_seen(token=person.token, now=moment)
