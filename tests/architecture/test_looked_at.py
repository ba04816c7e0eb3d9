"""Is every page of the application looked at in the browser?"""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.architecture.routes import SAMPLES
from tests.browser.pages import OFFICER, PERSON, VISITOR, WALKED

pytestmark = pytest.mark.one_database
LEARNED = {
    "number": SAMPLES["number"],
    "serial": "7KQF93MDXW2P",
    "reference": SAMPLES["ref"],
    "enquiry": "E-ZZZZZZZZ",
    "confirm": "/en/signatures/confirm/token",
    "disown": "/en/signatures/disown/token",
}
MACHINES = (
    "api.",
    "badge_files.",
    "credentials.",
    "certificate_keys.",
    "certificates_short.",
    "display.",
    "log_files.",
)
NO_PAGES = {
    "accounts.openid_back",  # leads on
    "accounts.openid_sign_in",  # leads on
    "audit_desk.export",
    "charters.text",
    "enquiries_desk.letter",
    "extracts.extract",
    "mail_desk.template_html",
    "imports.model",
    "imports.problems",
    "machine.checkpoint",
    "machine.checkpoint_key",
    "machine.favicon",
    "machine.healthz",
    "machine.mail",  # what an applicant was sent, in a frame of its own
    "machine.mail_html",
    "machine.readyz",
    "machine.robots",
    "portal.document",
    "register_data.feed",
    "register_data.linked",
    "register_files.file",
    "portal.manage",  # leads on
    "portal.resolution",
    "records.evidence_file",
    "review.proof",
    "signing.resolution",
    "texts.text",
}


def endpoints_of_pages(app: Flask) -> set[str]:
    """The endpoints behind the addresses that the browser tests open; addresses that lead nowhere have none."""
    adapter = app.url_map.bind("coalition.test")
    found = set()
    for path in VISITOR + PERSON + OFFICER:
        try:
            found.add(str(adapter.match(path.format(**LEARNED).split("?")[0])[0]))
        except HTTPException:
            continue
    return found


def test_page_when_served_is_looked_at(app: Flask) -> None:
    served = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    pages = {endpoint for endpoint in served if endpoint not in NO_PAGES and not endpoint.startswith(MACHINES)}
    assert pages - endpoints_of_pages(app) - WALKED == set()
