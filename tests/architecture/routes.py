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
    "token": "a-token-that-is-not-ours",
    "ref": "A-ZZZZZZZZ",
    "filename": "site.css",
}

ROUTES: Mapping[str, str | Act] = {
    "GET /<language>/": PUBLIC,
}
