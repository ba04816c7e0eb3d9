"""How does an officer come in by the identity provider? There, back again, and connecting the own account."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from coalition import clock
from coalition.accounts import confirming, devices, entrance, openid, provider, queries
from coalition.accounts.errors import ProviderRefused
from coalition.accounts.guard import bp, officer, open_to_strangers, requires
from coalition.accounts.permissions import Act
from coalition.errors import NotFound
from coalition.transactions import transaction

__all__ = ["bp"]

JOURNEY = "openid"
SEE_OTHER = 303


@bp.get("/openid/sign-in")
@open_to_strangers
def openid_sign_in() -> ResponseReturnValue:
    """Lead to the provider; nothing happens before it leads back."""
    address = _journey(wanted=confirming.own_path(request.args.get("next", "")), connects="")
    return redirect(address, SEE_OTHER)


@bp.post("/openid/connect")
@requires(Act.ENTER, fresh=True)
def openid_connect() -> ResponseReturnValue:
    """Offer the way to the provider, to connect the own account with one there.

    By a link, because no form of ours may lead elsewhere; by a form first, because nobody else's page may begin it.
    """
    address = _journey(wanted=url_for("accounts.mine"), connects=officer().public_id)
    return render_template("accounts/connect.html", address=address, provider=provider.provider_name())


@bp.post("/openid/disconnect")
@requires(Act.ENTER, fresh=True)
def openid_disconnect() -> ResponseReturnValue:
    """Let the provider open the own account no more."""
    with transaction():
        person = queries.officer_named(officer().public_id)
        openid.disconnect(officer=person, provider=provider.provider_name(), now=clock.now())
    return redirect(url_for("accounts.mine"), SEE_OTHER)


@bp.get("/openid/back")
@open_to_strangers
def openid_back() -> ResponseReturnValue:
    """Take up who comes back from the provider; a GET that only the browser that left can make, and once."""
    kept = session.pop(JOURNEY, None)
    if not provider.provider_name() or not isinstance(kept, dict):
        raise ProviderRefused
    subject = provider.arrive(request.args, kept=kept)
    if kept["connects"]:
        return _connected(subject, public_id=kept["connects"])
    with transaction():
        token = openid.sign_in(
            subject=subject,
            lifetime=current_app.config["OFFICER_SESSION_LIFETIME"],
            browser=devices.browser_name(request.headers.get("User-Agent", "")),
            now=clock.now(),
        )
    entrance.begin(token)
    return redirect(confirming.own_path(kept["wanted"]), SEE_OTHER)


def _connected(subject: str, *, public_id: str) -> ResponseReturnValue:
    if not current_user.is_authenticated or officer().public_id != public_id or not confirming.is_fresh(officer()):
        raise ProviderRefused
    with transaction():
        person = queries.officer_named(public_id)
        openid.connect(officer=person, subject=subject, provider=provider.provider_name(), now=clock.now())
    return redirect(url_for("accounts.mine"), SEE_OTHER)


def _journey(*, wanted: str, connects: str) -> str:
    if not provider.provider_name():
        raise NotFound
    journey = provider.begin()
    session[JOURNEY] = {**journey.kept, "wanted": wanted, "connects": connects}
    return journey.address
