"""The composition root: which capabilities make up the application? It alone knows all of them, and the settings."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask.cli import FlaskGroup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

import config
from coalition import extensions
from coalition.accounts import views as account_views
from coalition.accounts.cli import officers
from coalition.api.v1 import views as api_views
from coalition.certificates import views as certificate_views
from coalition.certificates.cli import certificates
from coalition.charters import queries as charter_queries
from coalition.charters import views as charter_views
from coalition.charters.cli import charters
from coalition.commands.doctor import doctor
from coalition.commands.init import init
from coalition.commands.serve import serve
from coalition.commands.worker import worker
from coalition.errors import DomainError
from coalition.i18n import current_language, localised
from coalition.portal import views as portal_views
from coalition.register import views as register_views
from coalition.review import views as review_views
from coalition.signing import link_views
from coalition.signing import views as signing_views
from coalition.site import machine_views
from coalition.site import views as site_views
from coalition.web import caching, error_pages, formatting, headers, languages, logs, sizes

ROOT = Path(__file__).resolve().parent.parent

PAGES = (
    site_views.bp,
    charter_views.bp,
    signing_views.bp,
    link_views.bp,
    portal_views.bp,
    register_views.bp,
    certificate_views.bp,
)
PLAIN = (machine_views.bp, certificate_views.short_bp, api_views.bp)
SECRETARIAT = (account_views.bp, review_views.bp)
COMMANDS = (init, serve, worker, doctor, charters, officers, certificates)
JOBS = {
    "mail.failed": "coalition.signing.jobs.note_undelivered",
    "certificates.make": "coalition.certificates.jobs.make",
    "certificates.issue_receipt": "coalition.certificates.jobs.issue_receipt",
    "portal.send_manage_link": "coalition.portal.jobs.send_manage_link",
    "signing.expire": "coalition.signing.jobs.expire_unverified",
    "signing.keep_to_periods": "coalition.signing.jobs.keep_to_periods",
    "review.expire_claims": "coalition.review.jobs.expire_claims",
    "review.forget_words": "coalition.review.jobs.forget_words",
    "signing.discard_drafts": "coalition.signing.jobs.discard_drafts",
    "signing.delete_files": "coalition.signing.jobs.delete_files",
}


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
    for bp in PAGES:
        app.register_blueprint(bp, url_prefix=f"/<any({','.join(app.config['LOCALES'])}):language>")
    for bp in PLAIN:
        app.register_blueprint(bp)
    for bp in SECRETARIAT:
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
    """What every page and mail says of the site: from the first charter's data and the settings."""

    wordmark: str
    owner: str
    contact: str
    controller: str
    charter: str
    development: bool


def _site_version() -> str:
    """Name what every page shows of the site itself; the settings are those of this process."""
    settings = current_app.config
    digests = [item.definition_sha256 for item in charter_queries.charter_list()]
    return "|".join((*digests, settings["CONTACT"], settings["CONTROLLER"], settings["PUBLIC_URL"]))


def _identity() -> dict[str, SiteIdentity]:
    """Tell templates whose site this is; an error page must stand even where the database does not answer."""
    return {"site": caching.remembered(f"identity {current_language()}", _make_identity)}


def _make_identity() -> SiteIdentity:
    settings = current_app.config
    definition = None
    try:
        definition = charter_queries.first_definition()
    except SQLAlchemyError:
        extensions.db.session.rollback()
    wordmark = localised(definition.wordmark) if definition else "Coalition"
    owner = localised(definition.owner) if definition else ""
    return SiteIdentity(
        wordmark=wordmark,
        owner=owner,
        contact=settings["CONTACT"],
        controller=settings["CONTROLLER"] or owner or wordmark,
        charter=definition.slug if definition else "",
        development=settings["ENVIRONMENT"] != "production",
    )


def command() -> None:
    """Run `coalition …`; errors end as one sentence on stderr."""
    try:
        FlaskGroup(name="coalition", create_app=create_app, add_default_commands=False, add_version_option=False)()
    except (config.ConfigurationError, DomainError) as error:
        sys.exit(f"{error}")
