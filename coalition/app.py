"""The composition root: which capabilities make up the application? It alone knows all of them, and the settings."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, has_request_context, request
from flask.cli import FlaskGroup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

import config
from coalition import extensions
from coalition.accounts import account_views, openid_views
from coalition.accounts import views as sign_in_views
from coalition.accounts.cli import officers
from coalition.api import pages as api_pages
from coalition.api.v1 import log_views as api_log_views
from coalition.api.v1 import views as api_views
from coalition.certificates import credential_views, extract_views, key_views, text_views
from coalition.certificates import views as certificate_views
from coalition.certificates.cli import certificates
from coalition.charters import admin_views as charters_desk
from coalition.charters import queries as charter_queries
from coalition.charters import version_views as charter_versions
from coalition.charters import views as charter_views
from coalition.charters.cli import charters
from coalition.charters.queries import CharterInForce
from coalition.commands.demo import demo
from coalition.commands.doctor import doctor
from coalition.commands.init import init
from coalition.commands.public_log import audit
from coalition.commands.serve import serve
from coalition.commands.timetable import JOBS
from coalition.commands.worker import worker
from coalition.desk import (
    audit_views,
    export_views,
    import_views,
    mail_views,
    officer_views,
    outside_views,
    party_views,
    reason_views,
    record_views,
    restored_views,
)
from coalition.desk import views as desk_views
from coalition.desk.cli import erase, let_go
from coalition.desk.register_cli import register
from coalition.enquiries import admin_views as enquiry_admin_views
from coalition.enquiries import letter_views, reply_views
from coalition.enquiries import views as enquiry_views
from coalition.errors import DomainError
from coalition.i18n import current_language, localised
from coalition.portal import answer_views, change_request_views, change_views
from coalition.portal import views as portal_views
from coalition.register import badge_views
from coalition.register import data_views as register_data
from coalition.register import figure_views as register_figures
from coalition.register import views as register_views
from coalition.review import decision_views, exchange_views, queue_views, similar_views
from coalition.review import views as review_views
from coalition.signing import handover_views, inbox_views, link_views, proof_views, resume_views
from coalition.signing import views as signing_views
from coalition.site import display_views, machine_views
from coalition.site import views as site_views
from coalition.standing import certificate_views as standing_certificate_views
from coalition.standing import change_views as standing_change_views
from coalition.standing import views as standing_views
from coalition.transparency import leaf_views
from coalition.transparency import views as log_views
from coalition.web import caching, error_pages, formatting, headers, languages, logs, sessions, sizes

ROOT = Path(__file__).resolve().parent.parent

PAGES = (
    site_views.bp,
    charter_views.bp,
    signing_views.bp,
    proof_views.bp,
    inbox_views.bp,
    handover_views.bp,
    resume_views.bp,
    link_views.bp,
    portal_views.bp,
    change_views.bp,
    change_request_views.bp,
    answer_views.bp,
    register_views.bp,
    register_figures.bp,
    register_data.pages_bp,
    badge_views.pages_bp,
    leaf_views.bp,
    enquiry_views.bp,
    certificate_views.bp,
    extract_views.bp,
    text_views.bp,
    api_pages.bp,
)
PLAIN = (
    machine_views.bp,
    register_data.bp,
    badge_views.bp,
    display_views.bp,
    certificate_views.short_bp,
    credential_views.bp,
    key_views.bp,
    log_views.bp,
    api_views.bp,
    api_log_views.bp,
)
SECRETARIAT = (
    import_views.bp,
    export_views.bp,
    party_views.bp,
    audit_views.bp,
    record_views.bp,
    sign_in_views.bp,
    account_views.bp,
    openid_views.bp,
    officer_views.bp,
    outside_views.bp,
    desk_views.bp,
    review_views.bp,
    decision_views.bp,
    exchange_views.bp,
    queue_views.bp,
    similar_views.bp,
    standing_views.bp,
    standing_change_views.bp,
    standing_certificate_views.bp,
    charters_desk.bp,
    charter_versions.bp,
    enquiry_admin_views.bp,
    letter_views.bp,
    reply_views.bp,
    mail_views.bp,
    reason_views.bp,
    restored_views.bp,
)
COMMANDS = (init, serve, worker, doctor, demo, charters, officers, certificates, audit, erase, let_go, register)


def create_app(settings: Any = None) -> Flask:
    """Make the application from `settings` (default: what the environment says).

    Raises config.ConfigurationError with one sentence when a setting is missing or weak.
    """
    app = Flask(
        "coalition", root_path=str(ROOT / "coalition"), template_folder=str(ROOT / "templates"), static_folder=None
    )
    app.config.from_object(settings or config.from_environment())
    app.config["DATA_DIR"].mkdir(parents=True, exist_ok=True)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["coalition.jobs"] = JOBS
    sizes.install(app)
    sessions.install(app)
    _bind_extensions(app)
    for prepare in (logs.install, headers.install, error_pages.install, languages.install, formatting.install):
        prepare(app)
    _register(app)
    caching.install(app, site_version=_site_version)
    _serve_static(app)
    app.context_processor(_identity)
    return app


def _bind_extensions(app: Flask) -> None:
    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db, directory=str(ROOT / "migrations"), render_as_batch=True)
    extensions.csrf.init_app(app)
    # not init_app: it would read the session on every answer and mark each public page as varying by cookie
    app.login_manager = extensions.login_manager  # type: ignore[attr-defined]


def _register(app: Flask) -> None:
    for bp in dict.fromkeys(PAGES):  # rooms of one capability may share a blueprint
        app.register_blueprint(bp, url_prefix=f"/<any({','.join(app.config['LOCALES'])}):language>")
    for bp in dict.fromkeys(PLAIN):
        app.register_blueprint(bp)
    for bp in dict.fromkeys(SECRETARIAT):
        app.register_blueprint(bp, url_prefix="/admin")
    for found in COMMANDS:
        app.cli.add_command(found)


def _serve_static(app: Flask) -> None:
    """Serve static files before Flask is asked, under addresses that change with their content."""
    folder = ROOT / "static"
    digests: dict[str, str] = {}

    def static_url(name: str) -> str:
        if name not in digests or app.config["TEMPLATES_AUTO_RELOAD"]:
            digests[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]
        return f"/static/{name}?v={digests[name]}"

    app.jinja_env.globals["static_url"] = static_url
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder),
        prefix="static/",
        max_age=365 * 24 * 3600,
        autorefresh=app.config["TEMPLATES_AUTO_RELOAD"],
        add_headers_function=_never_guess,
    )
    if proxies := app.config["PROXY_COUNT"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]


def _never_guess(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


@dataclass(frozen=True)
class SiteIdentity:
    """What a page says of whose it is: from a charter's data and the settings; "" where there is no charter."""

    wordmark: str
    owner: str
    contact: str
    controller: str
    charter: str
    signing: str
    development: bool


def _site_version() -> str:
    """Name what every page shows of the site itself; the settings are those of this process."""
    settings = current_app.config
    found = charter_queries.charter_list()
    digests = [f"{item.slug} {item.number} {item.definition_sha256} {item.is_open}" for item in found]
    own = (settings["CONTACT"], settings["CONTROLLER"], settings["PUBLIC_URL"], *settings["POSTAL_ADDRESS"])
    return "|".join((*digests, *own))


def _identity() -> dict[str, SiteIdentity]:
    """Tell templates whose page this is: the coalition's whose charter view or address name, else the first one's."""
    known = caching.remembered(f"identities {current_language()}", _make_identities)
    named = (request.view_args or {}).get("charter", "") if has_request_context() else ""
    return {"site": known.get(g.get("charter") or named, known[""])}


def _make_identities() -> dict[str, SiteIdentity]:
    """Return the identity for each charter's own pages, and under "" that of all others.

    An error page must stand even where the database does not answer.
    """
    try:
        found = charter_queries.charter_list()
    except SQLAlchemyError:
        extensions.db.session.rollback()
        found = ()
    signing = next((item.slug for item in found if item.is_open), "")
    known = {item.slug: _identity_of(item) for item in found}
    first = replace(_identity_of(found[0] if found else None), signing=signing)
    contact, sender = current_app.config["CONTACT"], current_app.config["MAIL_FROM"]
    return {**known, "": first if found and contact == sender else replace(first, contact=contact)}


def _identity_of(charter: CharterInForce | None) -> SiteIdentity:
    settings, definition = current_app.config, charter.definition if charter else None
    wordmark = localised(definition.wordmark) if definition else "Coalition"
    owner = localised(definition.owner) if definition else ""
    return SiteIdentity(
        wordmark=wordmark,
        owner=owner,
        contact=definition.contact_email if definition else settings["CONTACT"],
        controller=settings["CONTROLLER"] or owner or wordmark,
        charter=definition.slug if definition else "",
        signing=charter.slug if charter and charter.is_open else "",
        development=settings["ENVIRONMENT"] != "production",
    )


def command() -> None:
    """Run `coalition …`; errors end as one sentence on stderr."""
    try:
        FlaskGroup(name="coalition", create_app=create_app, add_default_commands=False, add_version_option=False)()
    except (config.ConfigurationError, DomainError) as error:
        sys.exit(f"{error}")
