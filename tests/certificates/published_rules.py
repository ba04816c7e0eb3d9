"""The published rules for credentials and status lists, transcribed: JSON schemas, and the terms that are used here.

Sources: Verifiable Credentials Data Model 2.0 (sections 4.3 to 4.13 and its base context); Bitstring Status List 1.0
(sections 2.1 and 2.2); Open Badges 3.0 (AchievementCredential, AchievementSubject, Achievement, Profile, Evidence,
IdentityObject and context 3.0.3); Controlled Identifiers 1.0 (sections 2.1 and 2.2); RFC 7517.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
URL = {"type": "string", "pattern": "^https?://[^ ]+$"}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
WORDS = {"type": "string", "minLength": 1}


def types(*named: str) -> dict[str, Any]:
    """A `type` that names at least these."""
    return {"type": "array", "uniqueItems": True, "allOf": [{"contains": {"const": name}} for name in named]}


def thing(required: Mapping[str, Any], **optional: Any) -> dict[str, Any]:
    """An object with these properties at least."""
    return {"type": "object", "required": [*required], "properties": {**required, **optional}}


STATUS_ENTRY = {
    **thing(
        {
            "type": {"const": "BitstringStatusListEntry"},
            "statusPurpose": {"enum": ["refresh", "revocation", "suspension", "message"]},
            "statusListIndex": {"type": "string", "pattern": "^(0|[1-9][0-9]*)$"},
            "statusListCredential": URL,
        },
        id=URL,
    )
}
PROFILE = thing({"id": URL, "type": types("Profile")}, name=WORDS, url=URL)
IDENTITY = {
    **thing(
        {
            "type": {"const": "IdentityObject"},
            "hashed": {"type": "boolean"},
            "identityHash": WORDS,
            "identityType": {"type": "string", "pattern": "^(name|identifier|ext:[a-zA-Z0-9._-]+)$"},
        }
    ),
    "additionalProperties": False,
}
ACHIEVEMENT = thing(
    {
        "id": URL,
        "type": types("Achievement"),
        "criteria": {"type": "object", "properties": {"id": URL, "narrative": WORDS}, "minProperties": 1},
        "description": WORDS,
        "name": WORDS,
    },
    achievementType={"type": "string", "pattern": "^(Membership|ext:[a-zA-Z0-9._-]+)$"},
    inLanguage={"type": "string", "pattern": "^[a-z]{2,4}(-.+)?$"},
    version=WORDS,
)
SUBJECT = thing(
    {"type": types("AchievementSubject"), "achievement": ACHIEVEMENT},
    id=URL,
    identifier={"type": "array", "items": IDENTITY},
)
CONTEXT = {
    "type": "array",
    "prefixItems": [{"const": V2}],
    "items": {"type": ["string", "object"]},
    "minItems": 1,
}
CREDENTIAL = {
    **thing(
        {
            "@context": {**CONTEXT, "prefixItems": [{"const": V2}, {"const": OPEN_BADGES}], "minItems": 2},
            "id": URL,
            "type": types("VerifiableCredential", "OpenBadgeCredential"),
            "name": WORDS,
            "issuer": PROFILE,
            "validFrom": MOMENT,
            "credentialSubject": SUBJECT,
        },
        credentialStatus={"type": "array", "items": STATUS_ENTRY, "minItems": 1},
        evidence={"type": "array", "items": thing({"type": types("Evidence")}, id=URL, name=WORDS)},
        image=thing({"id": URL, "type": {"const": "Image"}}),
    ),
    # Securing with JOSE: neither claim may stand in the payload
    "not": {"anyOf": [{"required": ["vc"]}, {"required": ["vp"]}]},
}
STATUS_LIST = thing(
    {
        "@context": CONTEXT,
        "id": URL,
        "type": types("VerifiableCredential", "BitstringStatusListCredential"),
        "issuer": URL,
        "validFrom": MOMENT,
        "credentialSubject": thing(
            {
                "type": {"const": "BitstringStatusList"},
                "statusPurpose": {"enum": ["refresh", "revocation", "suspension", "message"]},
                "encodedList": {"type": "string", "pattern": "^u[A-Za-z0-9_-]+$"},
            },
            id=URL,
            ttl={"type": "integer", "minimum": 0},
        ),
    }
)
ENVELOPED = {
    **thing(
        {
            "@context": {"const": V2},
            "id": {"type": "string", "pattern": r"^data:application/vc\+jwt,[\w-]+\.[\w-]+\.[\w-]+$"},
            "type": {"const": "EnvelopedVerifiableCredential"},
        }
    ),
    "additionalProperties": False,
}
JWK = {
    **thing(
        {
            "kty": {"const": "EC"},
            "crv": {"const": "P-256"},
            "x": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
            "y": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
            "kid": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
        },
        alg={"const": "ES256"},
        use={"const": "sig"},
    ),
    "not": {"required": ["d"]},  # a private half
}
JWKS = thing({"keys": {"type": "array", "items": JWK}})
CONTROLLED_IDENTIFIER = thing(
    {
        "@context": {"type": "array", "contains": {"const": "https://www.w3.org/ns/cid/v1"}},
        "id": URL,
        "verificationMethod": {
            "type": "array",
            "items": thing({"id": URL, "type": {"const": "JsonWebKey"}, "controller": URL, "publicKeyJwk": JWK}),
        },
        "assertionMethod": {"type": "array", "items": URL},
    }
)


def terms(**named: Any) -> dict[str, Any]:
    """A protected context, as both publishers write theirs."""
    return {"@protected": True, "id": "@id", "type": "@type", **named}


VC, STATUS = "https://www.w3.org/2018/credentials#", "https://www.w3.org/ns/credentials/status#"
OB, SCHEMA_ORG = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#", "https://schema.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
XSD_OF_OB = "https://www.w3.org/2001/XMLSchema#"  # so they write it


def link(iri: str) -> dict[str, str]:
    """A term whose value is an address."""
    return {"@id": iri, "@type": "@id"}


CONTEXTS: Mapping[str, Mapping[str, Any]] = {
    V2: {
        "@context": terms(
            name=f"{SCHEMA_ORG}name",
            description=f"{SCHEMA_ORG}description",
            VerifiableCredential={
                "@id": f"{VC}VerifiableCredential",
                "@context": terms(
                    credentialStatus=link(f"{VC}credentialStatus"),
                    credentialSubject=link(f"{VC}credentialSubject"),
                    description=f"{SCHEMA_ORG}description",
                    evidence=link(f"{VC}evidence"),
                    issuer=link(f"{VC}issuer"),
                    name=f"{SCHEMA_ORG}name",
                    validFrom={"@id": f"{VC}validFrom", "@type": f"{XSD}dateTime"},
                ),
            },
            EnvelopedVerifiableCredential=f"{VC}EnvelopedVerifiableCredential",
            BitstringStatusListCredential=f"{STATUS}BitstringStatusListCredential",
            BitstringStatusList={
                "@id": f"{STATUS}BitstringStatusList",
                "@context": terms(
                    encodedList={"@id": f"{STATUS}encodedList", "@type": "https://w3id.org/security#multibase"},
                    statusPurpose=f"{STATUS}statusPurpose",
                    ttl=f"{STATUS}ttl",
                ),
            },
            BitstringStatusListEntry={
                "@id": f"{STATUS}BitstringStatusListEntry",
                "@context": terms(
                    statusListCredential=link(f"{STATUS}statusListCredential"),
                    statusListIndex=f"{STATUS}statusListIndex",
                    statusPurpose=f"{STATUS}statusPurpose",
                ),
            },
        )
    },
    OPEN_BADGES: {
        "@context": terms(
            OpenBadgeCredential={"@id": f"{OB}OpenBadgeCredential"},
            Achievement={
                "@id": f"{OB}Achievement",
                "@context": terms(
                    achievementType={"@id": f"{OB}achievementType"},
                    criteria=link(f"{OB}Criteria"),
                    version={"@id": f"{OB}version"},
                ),
            },
            AchievementSubject={
                "@id": f"{OB}AchievementSubject",
                "@context": terms(
                    achievement={"@id": f"{OB}achievement"},
                    identifier={"@id": f"{OB}identifier", "@container": "@set"},
                ),
            },
            Evidence={"@id": f"{OB}Evidence", "@context": terms(genre={"@id": f"{SCHEMA_ORG}genre"})},
            IdentityObject={
                "@id": f"{OB}IdentityObject",
                "@context": terms(
                    hashed={"@id": f"{OB}hashed", "@type": f"{XSD_OF_OB}boolean"},
                    identityHash={"@id": f"{OB}identityHash"},
                    identityType={"@id": f"{OB}identityType"},
                    salt={"@id": f"{OB}salt"},
                ),
            },
            Image={"@id": f"{OB}Image", "@context": terms(caption={"@id": f"{SCHEMA_ORG}caption"})},
            Profile={"@id": f"{OB}Profile", "@context": terms(email={"@id": f"{SCHEMA_ORG}email"})},
            description={"@id": f"{SCHEMA_ORG}description"},
            image=link(f"{OB}image"),
            name={"@id": f"{SCHEMA_ORG}name"},
            narrative={"@id": f"{OB}narrative"},
            url={"@id": f"{SCHEMA_ORG}url", "@type": f"{XSD_OF_OB}anyURI"},
        )
    },
}
