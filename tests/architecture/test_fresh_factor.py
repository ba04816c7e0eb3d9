"""Is a second factor asked for anew before every act that weighs? Delisting, roles, personal data, own factors."""

from __future__ import annotations

import pytest
from flask import Flask

from coalition.accounts.permissions import Act
from tests.architecture.routes import ROUTES
from tests.architecture.test_routes import routes

pytestmark = pytest.mark.one_database
WEIGHS = {Act.DELIST, Act.REVOKE, Act.EXPORT, Act.ERASE, Act.MANAGE_OFFICERS}
HARMLESS = {  # days away, which every officer may also enter for the own account; what is not done
    "POST /admin/officers/<officer_id>/absences",
    "POST /admin/officers/<officer_id>/absences/<absence>/remove",
    "POST /admin/signatories/<number>/delisting/<proposal>/refuse",
    "POST /admin/certificates/<serial>/revocation/<proposal>/refuse",
}
OWN_FACTORS = {
    "POST /admin/account/password",
    "POST /admin/account/authenticator",
    "POST /admin/account/recovery-codes",
    "POST /admin/account/passkeys",
    "POST /admin/account/passkeys/<passkey>/remove",
    "POST /admin/openid/connect",
    "POST /admin/openid/disconnect",
}


def test_act_when_it_weighs_asks_for_a_fresh_factor(app: Flask) -> None:
    asks = {
        route: getattr(app.view_functions[rule.endpoint], "needs_fresh_factor", False) for route, rule in routes(app)
    }
    weighing = {route for route, act in ROUTES.items() if act in WEIGHS and route.startswith("POST ")}
    assert {route for route in (weighing | OWN_FACTORS) - HARMLESS if not asks[route]} == set()
