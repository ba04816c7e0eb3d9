"""Whom does the identity provider say this is? OpenID Connect by the code flow with PKCE; its tokens are not kept.

One provider, named by the settings; without them nothing of it is offered. Which officer that is, `openid` knows.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import current_app

from coalition import clock
from coalition.accounts.errors import ProviderAway, ProviderRefused

log = logging.getLogger(__name__)

SECONDS = 10
LEEWAY_SECONDS = 60
SIGNED_BY = ("RS256", "ES256", "PS256", "EdDSA", "Ed25519")
BACK = "/admin/openid/back"
KEYS_OF_A_JOURNEY = ("state", "nonce", "verifier")


@dataclass(frozen=True)
class Journey:
    """A browser's way to the provider: where to, and what it brings back to be known by."""

    address: str
    kept: Mapping[str, str]


def provider_name() -> str:
    """Return what officers call the provider; "" where there is none."""
    settings = current_app.config
    return str(settings["OPENID_NAME"] or urlsplit(settings["OPENID_ISSUER"]).hostname or "")


def begin() -> Journey:
    """Return the way to the provider. Raises ProviderAway."""
    from authlib.integrations.requests_client import OAuth2Session

    kept = {name: secrets.token_urlsafe(32) for name in KEYS_OF_A_JOURNEY}
    with OAuth2Session(
        current_app.config["OPENID_CLIENT_ID"],
        scope="openid",
        redirect_uri=_back(),
        code_challenge_method="S256",
    ) as client:
        address, _ = client.create_authorization_url(
            _discovered()["authorization_endpoint"],
            state=kept["state"],
            nonce=kept["nonce"],
            code_verifier=kept["verifier"],
        )
    return Journey(str(address), kept)


def arrive(answer: Mapping[str, str], *, kept: Mapping[str, str]) -> str:
    """Return the digest by which the provider's account is known, from what the browser brought back.

    Raises ProviderRefused where anything does not fit, ProviderAway where the provider does not answer.
    """
    expected, state, code = kept.get("state", ""), answer.get("state", ""), answer.get("code", "")
    if not expected or not code or not secrets.compare_digest(expected.encode(), state.encode()):
        raise ProviderRefused
    claims = _judged(_token(code, verifier=kept["verifier"]), nonce=kept["nonce"])
    return hashlib.sha256(f"{claims['iss']}\0{claims['sub']}".encode()).hexdigest()


def _token(code: str, *, verifier: str) -> str:
    from authlib.common.errors import AuthlibBaseError
    from authlib.integrations.requests_client import OAuth2Session

    settings = current_app.config
    endpoint = _discovered()["token_endpoint"]
    try:
        with OAuth2Session(
            settings["OPENID_CLIENT_ID"], settings["OPENID_CLIENT_SECRET"], redirect_uri=_back()
        ) as client:
            found = client.fetch_token(endpoint, code=code, code_verifier=verifier, timeout=SECONDS)
    except AuthlibBaseError as refused:
        raise ProviderRefused from refused
    except (requests.RequestException, ValueError) as away:
        log.warning("identity provider: %s", type(away).__name__)
        raise ProviderAway from away
    return str(found.get("id_token", ""))


def _judged(id_token: str, *, nonce: str) -> dict[str, Any]:
    """Return the claims of a token that the provider signed for us, for this journey, and that is not over."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    settings = current_app.config
    registry = jwt.JWTClaimsRegistry(
        now=int(clock.now().timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": settings["OPENID_ISSUER"]},
        aud={"essential": True, "value": settings["OPENID_CLIENT_ID"]},
        sub={"essential": True},
        exp={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        keys = KeySet.import_key_set(_fetched(_discovered()["jwks_uri"]))  # type: ignore[arg-type]
        claims: dict[str, Any] = jwt.decode(id_token, keys, algorithms=SIGNED_BY).claims
        registry.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as wrong:
        raise ProviderRefused from wrong
    if claims.get("azp", settings["OPENID_CLIENT_ID"]) != settings["OPENID_CLIENT_ID"]:
        raise ProviderRefused
    return claims


def _discovered() -> dict[str, Any]:
    """Return what the provider says of itself, if it says that it is the one of the settings."""
    issuer = current_app.config["OPENID_ISSUER"]
    found = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer or not {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= set(found):
        raise ProviderAway
    return found


def _fetched(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=SECONDS, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as away:
        log.warning("identity provider: %s", type(away).__name__)
        raise ProviderAway from away
    if not isinstance(found, dict):
        raise ProviderAway
    return found


def _back() -> str:
    return f"{current_app.config['PUBLIC_URL']}{BACK}"
