"""Which pages are looked at in the browser? A new page needs its line; `{…}` is filled from what the story learned.

The pages of signing are looked at on their way, because each needs the one before.
"""

from __future__ import annotations

CHARTER = "/en/charters/icsse-charter/"
ELIGIBLE = (
    "organisation_form=network&sse_members=all&acts_for_sse=yes&is_sse=yes"
    "&international_dimension=yes&independent=yes&surplus_reinvested=yes"
)

PUBLIC = (
    "/en/",
    "/fr/",
    "/en/about/",
    "/en/privacy/",
    "/en/accessibility/",
    "/en/contact/",
    "/en/contact/sent",
    "/en/api/v1/",
    "/fr/api/v1/",
    "/en/charters/",
    CHARTER,
    "/fr/charters/icsse-charter/",
    "/en/charters/ilgsse-declaration/",
    f"{CHARTER}?version=1",
    f"{CHARTER}eligibility/",
    f"{CHARTER}eligibility/result?organisation_form=individual",
    f"{CHARTER}eligibility/result?organisation_form=public_authority",
    f"{CHARTER}eligibility/result?{ELIGIBLE}",
    "/en/register/",
    "/en/register/?q=nobody-has-this-name",
    "/fr/register/?q=nobody-has-this-name&country=SN&year=2020",
    "/en/register/?country=SN&status=active&sort=name",
    "/en/register/?status=withdrawn",
    "/en/register/map",
    "/fr/register/map?sort=name",
    "/en/register/statistics",
    "/fr/register/statistics",
    "/embed/register",
    "/en/register/{number}/",
    "/en/register/{number}/report",
    "/fr/register/{number}/report",
    "/en/verify/",
    "/en/verify/{serial}/",
)
"""Kept by caches: no session, no cookie."""

WITH_FORM = ("/en/my-signature/link", "/admin/login", "{confirm}", "{disown}")
UNUSUAL = (
    "/en/my-signature/link/sent",
    "/en/signatures/disowned",
    "/en/no-such-page/",
    "/en/verify/0000-0000-0000/",
    "/en/signatures/confirm/not-a-token",
    "/en/signatures/confirm/",
    f"{CHARTER}sign/resume/not-a-token",
    "/dev/mailbox/",
)
VISITOR = PUBLIC + WITH_FORM + UNUSUAL
PERSON = (
    "/en/my-signature/",
    "/en/my-signature/details",
    "/en/my-signature/withdraw",
    "/en/my-signature/change/organisation",
    "/en/my-signature/change/category",
    "/en/my-signature/change/representative",
)
OFFICER = (
    "/admin/",
    "/admin/statistics",
    "/admin/applications/",
    "/admin/applications/?tab=all&state=active&flag=late",
    "/admin/applications/?q=nobody",
    "/admin/applications/{reference}/",
    "/admin/applications/{reference}/evidence",
    "/admin/applications/{reference}/erase",
    "/admin/audit/",
    "/admin/audit/?act=claim",
    "/admin/retention",
    "/admin/enquiries/",
    "/admin/enquiries/{enquiry}/",
    "/admin/enquiries/new",
    "/admin/enquiries/replies/",
    "/admin/mail/",
    "/admin/mail/1/",
    "/admin/mail/reports",
    "/admin/mail/templates/",
    "/admin/mail/templates/review/declined/fr/",
    "/admin/charters/icsse-charter/reasons/other/",
    "/admin/signatories/",
    "/admin/signatories/?q=nobody",
    "/admin/signatories/waiting/changes",
    "/admin/signatories/waiting/delistings",
    "/admin/signatories/waiting/suspensions",
    "/admin/signatories/{number}/",
    "/admin/signatories/{number}/suspend",
    "/admin/signatories/{number}/delist",
    "/admin/signatories/{number}/correct",
    "/admin/signatories/{number}/succession",
    "/admin/import",
    "/admin/import?kind=signatures",
    "/admin/import?kind=organisations",
    "/admin/organisations/",
    "/admin/export",
    "/admin/account/",
    "/admin/officers/",
    "/admin/charters/",
    "/admin/charters/icsse-charter/",
    "/admin/charters/icsse-charter/rules",
    "/admin/charters/icsse-charter/reasons",
    "/admin/charters/icsse-charter/signing",
    "/admin/charters/icsse-charter/versions/1",
    "/admin/charters/icsse-charter/versions/new",
    "/admin/charters/icsse-charter/versions/1/translation",
)

WALKED = {
    "charters.eligibility",
    "signing.organisation",
    "signing.representative",
    "signing.proof",
    "signing.review",
    "signing.check_inbox",
    "signing.handed_over",
    "signing.save",
    "signing.saved",
    "portal.proof",
    "portal.answer",
    "portal.appeal",
    "portal.edit_application",
    "portal.take_over",
    "standing.change",
    "accounts.invitation",
    "review.compare",
    "accounts.second_factor",
    "accounts.confirm",
    "accounts.password",
    "accounts.authenticator",
    "accounts.new_passkey",
    "officers.one",
    "outside.outside",
    "imports.columns",
    "imports.one",
    "parties.party",
}
"""Endpoints that are looked at on their way, with what was filled in before."""
