"""Who may reach which route? One row for each route of the application; a new route needs its row.

`PUBLIC`   everybody, signed in or not
`MAILED`   everybody who holds the mailed link or the cookie it was exchanged for; strangers learn nothing
an `Act`   officers whose role allows it; strangers are led to the sign-in page, other officers get 403
"""

from __future__ import annotations

from collections.abc import Mapping

from coalition.accounts.permissions import Act

PUBLIC, MAILED = "public", "mailed"

SAMPLES: Mapping[str, str] = {
    "language": "en",
    "charter": "icsse-charter",
    "slug": "icsse-charter",
    "number": "ICSSE-99999",
    "serial": "0123-4567-89AB",
    "version": "1",
    "kind": "receipt",
    "file_format": "docx",
    "name": "no-such-mail",
    "document": "no-such-document",
    "ending": "csv",
    "purpose": "confirm",
    "token": "a-token-that-is-not-ours",
    "ref": "A-ZZZZZZZZ",
    "filename": "site.css",
}

ROUTES: Mapping[str, str | Act] = {
    # what the site says of itself
    "GET /<language>/": PUBLIC,
    "GET /<language>/about/": PUBLIC,
    "GET /<language>/privacy/": PUBLIC,
    "GET /<language>/accessibility/": PUBLIC,
    "GET /<language>/contact/": PUBLIC,
    # charters and eligibility
    "GET /<language>/charters/": PUBLIC,
    "GET /<language>/charters/<charter>/": PUBLIC,
    "GET /<language>/charters/<charter>/text.md": PUBLIC,
    "GET /<language>/charters/<charter>/eligibility/": PUBLIC,
    "GET /<language>/charters/<charter>/eligibility/result": PUBLIC,
    # signing
    "GET /<language>/charters/<charter>/sign/organisation": PUBLIC,
    "POST /<language>/charters/<charter>/sign/organisation": PUBLIC,
    "GET /<language>/charters/<charter>/sign/representative": PUBLIC,
    "POST /<language>/charters/<charter>/sign/representative": PUBLIC,
    "GET /<language>/charters/<charter>/sign/proof": PUBLIC,
    "POST /<language>/charters/<charter>/sign/proof": PUBLIC,
    "GET /<language>/charters/<charter>/sign/<version>/resolution.<file_format>": PUBLIC,
    "POST /<language>/charters/<charter>/sign/<version>/resolution.<file_format>": PUBLIC,
    "GET /<language>/charters/<charter>/sign/review": PUBLIC,
    "POST /<language>/charters/<charter>/sign/review": PUBLIC,
    "GET /<language>/charters/<charter>/sign/check-inbox": PUBLIC,
    "POST /<language>/charters/<charter>/sign/resend": PUBLIC,
    "POST /<language>/charters/<charter>/sign/address": PUBLIC,
    "GET /<language>/charters/<charter>/sign/save": PUBLIC,
    "POST /<language>/charters/<charter>/sign/save": PUBLIC,
    "GET /<language>/charters/<charter>/sign/saved": PUBLIC,
    "GET /<language>/charters/<charter>/sign/resume/": PUBLIC,
    "GET /<language>/charters/<charter>/sign/resume/<token>": MAILED,
    "GET /<language>/charters/<charter>/sign/handed-over": PUBLIC,
    "POST /<language>/charters/<charter>/sign/handed-over/again": PUBLIC,
    "POST /<language>/charters/<charter>/sign/handed-over/address": PUBLIC,
    "GET /<language>/signatures/confirm/<token>": MAILED,
    "POST /<language>/signatures/confirm/<token>": MAILED,
    "GET /<language>/signatures/disown/<token>": MAILED,
    "POST /<language>/signatures/disown/<token>": MAILED,
    "GET /<language>/signatures/<purpose>/": PUBLIC,
    "GET /<language>/signatures/disowned": PUBLIC,
    # my signature
    "GET /<language>/signatures/manage/<token>": MAILED,
    "GET /<language>/my-signature/": MAILED,
    "GET /<language>/my-signature/<kind>.pdf": MAILED,
    "GET /<language>/my-signature/<version>/<kind>.pdf": MAILED,
    "GET /<language>/my-signature/proof": MAILED,
    "POST /<language>/my-signature/proof": MAILED,
    "GET /<language>/my-signature/<version>/resolution.<file_format>": MAILED,
    "POST /<language>/my-signature/<version>/resolution.<file_format>": MAILED,
    "GET /<language>/my-signature/details": MAILED,
    "POST /<language>/my-signature/details": MAILED,
    "GET /<language>/my-signature/withdraw": MAILED,
    "POST /<language>/my-signature/withdraw": MAILED,
    "POST /<language>/my-signature/leave": PUBLIC,
    "GET /<language>/my-signature/link": PUBLIC,
    "POST /<language>/my-signature/link": PUBLIC,
    "GET /<language>/my-signature/link/sent": PUBLIC,
    # the register and its data
    "GET /<language>/register/": PUBLIC,
    "GET /<language>/register/<number>/": PUBLIC,
    "GET /<language>/register/map": PUBLIC,
    "GET /<language>/register/statistics": PUBLIC,
    "GET /<language>/register.<ending>": PUBLIC,
    "GET /register/<number>.jsonld": PUBLIC,
    "GET /feeds/register.atom": PUBLIC,
    "GET /embed/register": PUBLIC,
    "GET /<language>/api/v1/": PUBLIC,
    "GET /api/v1/": PUBLIC,
    "GET /api/v1/openapi.json": PUBLIC,
    "GET /api/v1/charters": PUBLIC,
    "GET /api/v1/charters/<slug>": PUBLIC,
    "GET /api/v1/charters/<slug>/versions/<version>": PUBLIC,
    "POST /api/v1/charters/<slug>/assessments": PUBLIC,
    "GET /api/v1/statistics": PUBLIC,
    "GET /api/v1/signatories": PUBLIC,
    "GET /api/v1/signatories/<number>": PUBLIC,
    "GET /api/v1/certificates/<serial>": PUBLIC,
    "POST /api/v1/certificates/inspections": PUBLIC,
    # verification
    "GET /<language>/verify/": PUBLIC,
    "POST /<language>/verify/": PUBLIC,
    "GET /<language>/verify/<serial>/": PUBLIC,
    "GET /v/": PUBLIC,
    "GET /V/": PUBLIC,
    "GET /v/<serial>": PUBLIC,
    "GET /V/<serial>": PUBLIC,
    "GET /.well-known/coalition/certificates.pem": PUBLIC,
    # machines and developers
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /robots.txt": PUBLIC,
    "GET /favicon.ico": PUBLIC,
    "GET /display.css": PUBLIC,
    "POST /display.css": PUBLIC,
    "GET /dev/mailbox/": PUBLIC,
    "GET /dev/mailbox/<name>/": PUBLIC,
    "GET /dev/mailbox/<name>/html": PUBLIC,
    # the secretariat's way in and out
    "GET /admin/": Act.ENTER,
    "GET /admin/login": PUBLIC,
    "POST /admin/login": PUBLIC,
    "POST /admin/logout": Act.ENTER,
    "GET /admin/invitations/<token>": MAILED,
    "POST /admin/invitations/<token>": MAILED,
    "GET /admin/invitations/<token>/second-factor": MAILED,
    "POST /admin/invitations/<token>/second-factor": MAILED,
    # review
    "GET /admin/applications/": Act.READ_APPLICATIONS,
    "GET /admin/applications/<ref>/": Act.READ_APPLICATIONS,
    "POST /admin/applications/<ref>/": Act.DECIDE,
    "POST /admin/applications/<ref>/claim": Act.CLAIM,
    "POST /admin/applications/<ref>/release": Act.CLAIM,
    "POST /admin/applications/<ref>/notes": Act.NOTE,
    "GET /admin/applications/<ref>/proof/<document>": Act.READ_PERSONAL_FILES,
}
