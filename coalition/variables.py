"""Which environment variables are there, and what do they mean? Only `config.py` reads them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One environment variable, for reading and for `docs/configure.md`."""

    name: str
    default: str
    meaning: str


VARIABLES = (
    Variable("COALITION_ENV", "development", "`development` or `production`; production refuses weak settings"),
    Variable("COALITION_DATA_DIR", "instance", "folder of the database, files, keys and development mails"),
    Variable("COALITION_DATABASE_URL", "", "`sqlite:///…` or `postgresql://…`; default: SQLite in the data folder"),
    Variable("COALITION_SECRET_KEYS", "", "secrets separated by commas, newest first; old ones still verify"),
    Variable("COALITION_PUBLIC_URL", "", "the site's address; every link is built from it, never from the Host header"),
    Variable("COALITION_MAIL_URL", "", "`smtp://user:password@host:port`, `smtps://…`, `file:FOLDER`; default: in-app"),
    Variable("COALITION_MAIL_FROM", "secretariat@localhost.localdomain", "the sender of every mail"),
    Variable(
        "COALITION_BOUNCE_URL",
        "",
        "where servers' reports on our mails arrive, read once an hour: `imaps://user:password@host/folder`, "
        "`imap://…` or `file:FOLDER` in Maildir form; default: none is read",
    ),
    Variable(
        "COALITION_CONTACT",
        "",
        "address that the site's pages name for questions, a charter's own pages and mails name the charter's; "
        "default: the first charter's, else the sender of mails",
    ),
    Variable("COALITION_POSTAL_ADDRESS", "", "the contact page's postal address, lines split by `|`; default: none"),
    Variable("COALITION_CONTROLLER", "", "who answers for personal data; default: the charter's owner"),
    Variable("COALITION_PROXY_COUNT", "0", "how many trusted proxies stand in front"),
    Variable("COALITION_RATE_LIMITS", "on", "`on` or `off`; off is refused in production"),
    Variable(
        "COALITION_CERTIFICATE_KEY",
        "",
        "the sealing key: a PKCS#12 file, or an HSM's key as `pkcs11:token=T;object=O?module-path=/usr/lib/….so`; "
        "development makes its own",
    ),
    Variable("COALITION_CERTIFICATE_KEY_PASSPHRASE", "", "passphrase of that file, or the token's PIN"),
    Variable("COALITION_TIMESTAMP_URL", "", "RFC 3161 authority that dates seals; default: seals bear no timestamp"),
    Variable("COALITION_CREDENTIAL_KEY", "", "PEM file of the P-256 key that signs credentials; default: one is made"),
    Variable("COALITION_LOG_KEY", "", "PEM file of the Ed25519 key for the public log; default: one is made"),
    Variable(
        "COALITION_LOG_DIR", "", "folder of the public log's files, outside backups; default: `log` in the data folder"
    ),
    Variable("COALITION_CHECKPOINT_KEY", "", "PEM file of the Ed25519 key for the audit log; default: one is made"),
    Variable("COALITION_STORAGE_URL", "", "folder for stored files; default: `files` in the data folder"),
    Variable("COALITION_BUILT_IN_CHARTERS", "on", "`on`, `off` or slugs with commas; `coalition init` obeys it"),
    Variable("COALITION_LOCALES", "en,fr", "interface languages, separated by commas; the first is the fallback"),
    Variable("COALITION_OPENID_ISSUER", "", "OpenID Connect provider by which officers may sign in; default: none"),
    Variable("COALITION_OPENID_CLIENT_ID", "", "what this site is called at that provider"),
    Variable("COALITION_OPENID_CLIENT_SECRET", "", "its secret there"),
    Variable("COALITION_OPENID_NAME", "", "what officers call that provider; default: its host name"),
    Variable("PORT", "8000", "port of the web server"),
)


def as_markdown() -> str:
    """Return the page that lists every variable; `make docs` writes it to `docs/configure.md`."""
    rows = "\n".join(f"| `{v.name}` | {f'`{v.default}`' if v.default else '–'} | {v.meaning} |" for v in VARIABLES)
    made = "This page is made from `coalition/variables.py` by `make docs`."
    head = f"# Configure\n\nEvery setting is an environment variable. {made}"
    return f"{head}\n\n| variable | default | meaning |\n|---|---|---|\n{rows}\n"
