"""What the environment says: the only reader of it.

Every setting of a deployment is a `COALITION_*` variable, turned into a plain Flask key here. What a request, a charter
or an officer decides does not belong here. Which variables there are, `coalition/variables.py` says.
"""

from __future__ import annotations

import os
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from coalition.variables import VARIABLES


class ConfigurationError(Exception):
    """A setting is missing, weak or unreadable; the text is one sentence for the operator."""


SPOKEN = frozenset({"en", "fr"})


def _read(name: str) -> str:
    default = next(variable.default for variable in VARIABLES if variable.name == name)
    return os.environ.get(name, "") or default


def _is_set(name: str) -> bool:
    return bool(os.environ.get(name))


def _number(name: str, least: int, most: int) -> int:
    typed = _read(name)
    if not re.fullmatch(r"[0-9]{1,6}", typed, re.ASCII) or not least <= int(typed) <= most:
        raise ConfigurationError(f"{name} must be a whole number from {least} to {most}, not {typed!r}.")
    return int(typed)


def _languages() -> tuple[str, ...]:
    typed = _read("COALITION_LOCALES")
    codes = tuple(code.strip() for code in typed.split(",") if code.strip())
    if not codes or not set(codes) <= SPOKEN:
        raise ConfigurationError(f"COALITION_LOCALES must name some of {', '.join(sorted(SPOKEN))}, not {typed!r}.")
    return codes


def _built_in_charters() -> tuple[str, ...] | None:
    """Return the slugs of the built-in charters to serve; None is all of them."""
    typed = _read("COALITION_BUILT_IN_CHARTERS").strip()
    if typed in {"on", "off"}:
        return None if typed == "on" else ()
    return tuple(slug.strip() for slug in typed.split(",") if slug.strip())


def _bounce_url() -> str:
    typed = _read("COALITION_BOUNCE_URL")
    if typed and urlsplit(typed).scheme not in ("imap", "imaps", "file"):
        raise ConfigurationError("COALITION_BOUNCE_URL must begin with imap:, imaps: or file:.")
    return typed


class Base:
    """Settings that every environment shares."""

    ENVIRONMENT: ClassVar[str] = "development"
    MAX_CONTENT_LENGTH = 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 512 * 1024
    MAX_FORM_PARTS = 200
    WTF_CSRF_TIME_LIMIT = None
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_REFRESH_EACH_REQUEST = False  # a public page sets no cookie, not even on a browser that has one
    SQLALCHEMY_ENGINE_OPTIONS: ClassVar[dict[str, bool]] = {"hide_parameters": True}  # no name, no address in a log
    SEND_FILE_MAX_AGE_DEFAULT = timedelta(days=365)
    TEMPLATES_AUTO_RELOAD = False

    VERIFICATION_LINK_LIFETIME = timedelta(hours=72)
    UNVERIFIED_LIFETIME = timedelta(days=14)
    REMINDERS_AFTER = (timedelta(days=2), timedelta(days=7))
    REMINDER_GAP = timedelta(days=1)  # nobody who was written to since is reminded
    DRAFT_LIFETIME = PERMANENT_SESSION_LIFETIME = timedelta(days=30)
    PORTAL_SESSION_LIFETIME = timedelta(hours=2)
    OFFICER_SESSION_LIFETIME = timedelta(hours=12)
    FRESH_FACTOR_LIFETIME = timedelta(minutes=10)  # how long a second factor lets an officer do what weighs
    INVITATION_LIFETIME = timedelta(hours=72)
    CLAIM_LIFETIME = timedelta(hours=24)
    CLOSING_GRACE = timedelta(hours=24)  # for a form that was begun before a charter's closing date
    QUESTION_LIFETIME = timedelta(days=30)
    QUESTION_REMINDER_BEFORE = timedelta(days=7)
    APPEAL_LIFETIME = timedelta(days=30)
    RESENDS = 5
    VERSION_SECONDS = 1.0
    DECISION_WORKING_DAYS = 10
    DIGEST_HOUR = 6  # in UTC: officers find it when their day begins
    SUSPENSION_NOTICE = timedelta(days=30)
    PROOF_RETENTION_MONTHS = 6
    PERSONAL_DATA_RETENTION_MONTHS = 24
    ENQUIRY_RETENTION_MONTHS = 12
    NOTE_RETENTION_MONTHS = 24
    MAIL_RETENTION_MONTHS = 6
    SESSION_RETENTION_MONTHS = 3
    EVIDENCE_LIFETIME = timedelta(days=30)
    MAILS_PER_HOUR = 3
    MAILS_PER_DAY = 5
    IMPORT_RETENTION_MONTHS = 6
    IMPORT_FILE_BYTES = 25 * 1024 * 1024
    IMPORT_ROWS = 150_000
    IMPORT_SIGNATURES = 10_000  # they come in by one transaction, which nobody should wait for long
    LETTER_BYTES = 15 * 1024 * 1024
    PROOF_FILES = 10
    PROOF_FILE_BYTES = 15 * 1024 * 1024
    INSPECTION_BYTES = 10 * 1024 * 1024
    ARGON2_PROFILE: ClassVar[dict[str, int]] = {"time_cost": 2, "memory_cost": 19 * 1024, "parallelism": 1}

    def __init__(self) -> None:
        self.DATA_DIR = Path(_read("COALITION_DATA_DIR")).resolve()
        self.PORT = _number("PORT", 1, 65535)
        self.PUBLIC_URL = (_read("COALITION_PUBLIC_URL") or f"http://127.0.0.1:{self.PORT}").rstrip("/")
        self.SQLALCHEMY_DATABASE_URI = self._database()
        self.MAIL_URL = _read("COALITION_MAIL_URL") or f"file:{self.DATA_DIR / 'mailbox'}"
        self.MAIL_FROM = _read("COALITION_MAIL_FROM")
        self.BOUNCE_URL = _bounce_url()
        self.CONTACT = _read("COALITION_CONTACT") or self.MAIL_FROM
        lines = (line.strip() for line in _read("COALITION_POSTAL_ADDRESS").split("|"))
        self.POSTAL_ADDRESS = tuple(line for line in lines if line)
        self.CONTROLLER = _read("COALITION_CONTROLLER")
        self.PROXY_COUNT = _number("COALITION_PROXY_COUNT", 0, 10)
        self.RATE_LIMITS = _read("COALITION_RATE_LIMITS") != "off"
        self.CHECKPOINT_KEY = _read("COALITION_CHECKPOINT_KEY")
        self.CERTIFICATE_KEY = _read("COALITION_CERTIFICATE_KEY")
        self.CERTIFICATE_KEY_PASSPHRASE = _read("COALITION_CERTIFICATE_KEY_PASSPHRASE")
        self.TIMESTAMP_URL = _read("COALITION_TIMESTAMP_URL")
        self.CREDENTIAL_KEY = _read("COALITION_CREDENTIAL_KEY")
        self.LOG_KEY = _read("COALITION_LOG_KEY")
        self.LOG_DIR = Path(_read("COALITION_LOG_DIR") or self.DATA_DIR / "log")
        self.STORAGE_DIR = Path(_read("COALITION_STORAGE_URL") or self.DATA_DIR / "files")
        self.BUILT_IN_CHARTERS = _built_in_charters()
        self._read_provider()
        self.LOCALES = _languages()
        self.SECRET_KEYS = self._secrets()
        self.SECRET_KEY = self.SECRET_KEYS[0]
        self.SECRET_KEY_FALLBACKS = list(self.SECRET_KEYS[1:])
        self.WTF_CSRF_SECRET_KEY = list(reversed(self.SECRET_KEYS))  # a page loaded before a rotation can be sent
        secure = urlsplit(self.PUBLIC_URL).scheme == "https"
        self.SESSION_COOKIE_SECURE = secure
        self.SESSION_COOKIE_NAME = "__Host-coalition" if secure else "coalition"
        self.PREFERRED_URL_SCHEME = "https" if secure else "http"

    def _database(self) -> str:
        url = _read("COALITION_DATABASE_URL") or f"sqlite:///{self.DATA_DIR / 'coalition.sqlite3'}"
        for plain in ("postgresql://", "postgres://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url

    def _read_provider(self) -> None:
        self.OPENID_ISSUER = _read("COALITION_OPENID_ISSUER")
        self.OPENID_CLIENT_ID = _read("COALITION_OPENID_CLIENT_ID")
        self.OPENID_CLIENT_SECRET = _read("COALITION_OPENID_CLIENT_SECRET")
        self.OPENID_NAME = _read("COALITION_OPENID_NAME")
        if not self.OPENID_ISSUER:
            return
        own = urlsplit(self.OPENID_ISSUER)
        if own.scheme != "https" and own.hostname not in ("localhost", "127.0.0.1"):
            raise ConfigurationError("COALITION_OPENID_ISSUER must be an https address.")
        if not self.OPENID_CLIENT_ID or not self.OPENID_CLIENT_SECRET:
            raise ConfigurationError(
                "COALITION_OPENID_CLIENT_ID and COALITION_OPENID_CLIENT_SECRET are needed with COALITION_OPENID_ISSUER."
            )

    def _secrets(self) -> tuple[str, ...]:
        return tuple(key.strip() for key in _read("COALITION_SECRET_KEYS").split(",") if key.strip())


class Development(Base):
    """A newcomer's machine: secrets are made once in the data folder, mails stay in the in-app mailbox."""

    TEMPLATES_AUTO_RELOAD = True

    def _secrets(self) -> tuple[str, ...]:
        return super()._secrets() or (_kept_secret(self.DATA_DIR / "secret-key"),)


class Testing(Development):
    """The test-suite: a tiny password profile, everything else as in development."""

    ENVIRONMENT = "testing"
    TESTING = True
    WTF_CSRF_ENABLED = False
    VERSION_SECONDS = 0.0
    ARGON2_PROFILE: ClassVar[dict[str, int]] = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}


class Production(Base):
    """A real site: refuses to start on anything weak, one sentence for each."""

    ENVIRONMENT = "production"

    def __init__(self) -> None:
        super().__init__()
        refused = {
            "COALITION_SECRET_KEYS holds a secret shorter than 32 characters.": min(map(len, self.SECRET_KEYS)) < 32,
            "COALITION_PUBLIC_URL must be the site's https address in production.": not self.SESSION_COOKIE_SECURE,
            "COALITION_MAIL_URL must name a mail server in production.": self.MAIL_URL.startswith("file:"),
            "COALITION_MAIL_FROM must be the sender's address in production.": not _is_set("COALITION_MAIL_FROM"),
            "COALITION_RATE_LIMITS cannot be off in production.": not self.RATE_LIMITS,
            "COALITION_CERTIFICATE_KEY must name the sealing key in production.": not self.CERTIFICATE_KEY,
        }
        for sentence in (sentence for sentence, is_wrong in refused.items() if is_wrong):
            raise ConfigurationError(sentence)

    def _secrets(self) -> tuple[str, ...]:
        found = super()._secrets()
        if not found:
            raise ConfigurationError(
                "COALITION_SECRET_KEYS must hold a secret of at least 32 characters in production."
            )
        return found


def _kept_secret(path: Path) -> str:
    """Return the secret in `path`, made on first use; two processes that start at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(48))
    try:
        os.link(fresh, path)  # fails when another process was first: its secret is then the one
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text().strip()


def from_environment() -> Any:
    """Return the settings object that `COALITION_ENV` names.

    Raises ConfigurationError with one sentence when a setting is missing or weak.
    """
    environments = {"development": Development, "production": Production}
    name = _read("COALITION_ENV")
    if name not in environments:
        raise ConfigurationError(f"COALITION_ENV must be one of {', '.join(environments)}, not {name!r}.")
    return environments[name]()
