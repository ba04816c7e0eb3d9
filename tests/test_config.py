from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import config
from coalition import variables
from coalition.app import command, create_app
from tests.architecture.sources import ROOT
from tests.fixtures.databases import Maker

STRONG = "s" * 32
PRODUCTION = {
    "COALITION_ENV": "production",
    "COALITION_SECRET_KEYS": STRONG,
    "COALITION_PUBLIC_URL": "https://coalition.example.org/",
    "COALITION_MAIL_URL": "smtp://mail.example.org:25",
    "COALITION_MAIL_FROM": "secretariat@coalition.example.org",
    "COALITION_CERTIFICATE_KEY": "/etc/coalition/seal.p12",
}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """Read the settings from an environment that holds nothing but what is given and a data folder."""
    for name in [name for name in os.environ if name.startswith("COALITION_") or name == "PORT"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COALITION_DATA_DIR", str(tmp_path / "data"))

    def settings(variables: dict[str, str] | None = None, /, **more: str) -> Any:
        for name, value in {**(variables or {}), **more}.items():
            monkeypatch.setenv(name, value)
        return config.from_environment()

    return settings


def test_settings_of_an_empty_environment_are_the_documented_defaults(read: Callable[..., Any], tmp_path: Path) -> None:
    found, data = read(), tmp_path / "data"
    expected = {
        "ENVIRONMENT": "development",
        "DATA_DIR": data,
        "PORT": 8000,
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{data / 'coalition.sqlite3'}",
        "MAIL_URL": f"file:{data / 'mailbox'}",
        "MAIL_FROM": "secretariat@localhost.localdomain",
        "CONTACT": "secretariat@localhost.localdomain",
        "CONTROLLER": "",
        "POSTAL_ADDRESS": (),
        "PROXY_COUNT": 0,
        "RATE_LIMITS": True,
        "STORAGE_DIR": data / "files",
        "LOCALES": ("en", "fr"),
        "BUILT_IN_CHARTERS": None,
        "SESSION_COOKIE_NAME": "coalition",
        "SESSION_COOKIE_SECURE": False,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SECRET_KEY_FALLBACKS": [],
        "MAILS_PER_HOUR": 3,
        "MAILS_PER_DAY": 5,
        "VERIFICATION_LINK_LIFETIME": timedelta(hours=72),
        "UNVERIFIED_LIFETIME": timedelta(days=14),
        "DECISION_WORKING_DAYS": 10,
        "ARGON2_PROFILE": {"time_cost": 2, "memory_cost": 19 * 1024, "parallelism": 1},
    }
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("on", None), ("", None), ("off", ()), ("icsse-charter", ("icsse-charter",)), (" a , b ,", ("a", "b"))],
)
def test_built_in_charters_when_set_are_all_none_or_those_named(
    read: Callable[..., Any], typed: str, meant: tuple[str, ...] | None
) -> None:
    found = read(COALITION_BUILT_IN_CHARTERS=typed)
    assert meant == found.BUILT_IN_CHARTERS


def test_settings_that_are_empty_texts_are_the_defaults_too(read: Callable[..., Any]) -> None:
    names = [variable.name for variable in variables.VARIABLES if variable.name != "COALITION_DATA_DIR"]
    found = read(dict.fromkeys(names, ""))
    assert (found.PORT, found.LOCALES, found.ENVIRONMENT) == (8000, ("en", "fr"), "development")


def test_settings_that_are_given_win_over_the_defaults(read: Callable[..., Any], tmp_path: Path) -> None:
    found = read(
        PORT="9001",
        COALITION_LOCALES=" fr, en ,",
        COALITION_CONTACT="ask@example.org",
        COALITION_STORAGE_URL=str(tmp_path / "kept"),
        COALITION_RATE_LIMITS="off",
        COALITION_PROXY_COUNT="2",
        COALITION_POSTAL_ADDRESS=" Secretariat | Geneva |",
        COALITION_SECRET_KEYS=" new , old ",
    )
    assert (found.PUBLIC_URL, found.LOCALES, found.CONTACT) == (
        "http://127.0.0.1:9001",
        ("fr", "en"),
        "ask@example.org",
    )
    folder = found.STORAGE_DIR
    assert found.POSTAL_ADDRESS == ("Secretariat", "Geneva")
    assert (folder, found.RATE_LIMITS, found.PROXY_COUNT) == (tmp_path / "kept", False, 2)
    assert (found.SECRET_KEYS, found.SECRET_KEY, found.SECRET_KEY_FALLBACKS) == (("new", "old"), "new", ["old"])


def test_production_with_strong_settings_starts(read: Callable[..., Any]) -> None:
    found = read(PRODUCTION)
    assert (found.ENVIRONMENT, found.PUBLIC_URL) == ("production", "https://coalition.example.org")
    assert (found.SESSION_COOKIE_NAME, found.SESSION_COOKIE_SECURE) == ("__Host-coalition", True)
    assert (found.SECRET_KEYS, found.PREFERRED_URL_SCHEME) == ((STRONG,), "https")


@pytest.mark.parametrize(
    ("weak", "sentence"),
    [
        (
            {"COALITION_SECRET_KEYS": ""},
            "COALITION_SECRET_KEYS must hold a secret of at least 32 characters in production.",
        ),
        (
            {"COALITION_SECRET_KEYS": " , "},
            "COALITION_SECRET_KEYS must hold a secret of at least 32 characters in production.",
        ),
        ({"COALITION_SECRET_KEYS": STRONG[1:]}, "COALITION_SECRET_KEYS holds a secret shorter than 32 characters."),
        (
            {"COALITION_SECRET_KEYS": f"{STRONG},short"},
            "COALITION_SECRET_KEYS holds a secret shorter than 32 characters.",
        ),
        ({"COALITION_PUBLIC_URL": ""}, "COALITION_PUBLIC_URL must be the site's https address in production."),
        (
            {"COALITION_PUBLIC_URL": "http://coalition.example.org"},
            "COALITION_PUBLIC_URL must be the site's https address in production.",
        ),
        ({"COALITION_MAIL_URL": ""}, "COALITION_MAIL_URL must name a mail server in production."),
        ({"COALITION_MAIL_URL": "file:/var/mail"}, "COALITION_MAIL_URL must name a mail server in production."),
        ({"COALITION_MAIL_FROM": ""}, "COALITION_MAIL_FROM must be the sender's address in production."),
        ({"COALITION_RATE_LIMITS": "off"}, "COALITION_RATE_LIMITS cannot be off in production."),
        (
            {"COALITION_CERTIFICATE_KEY": ""},
            "COALITION_CERTIFICATE_KEY must name the sealing key in production.",
        ),
    ],
)
def test_production_with_a_weak_setting_refuses_with_one_sentence(
    read: Callable[..., Any], weak: dict[str, str], sentence: str
) -> None:
    with pytest.raises(config.ConfigurationError) as refused:
        read(PRODUCTION | weak)
    assert str(refused.value) == sentence


def test_production_without_a_secret_makes_none(read: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(config.ConfigurationError):
        read(PRODUCTION | {"COALITION_SECRET_KEYS": ""})
    assert not (tmp_path / "data" / "secret-key").exists()


def test_environment_of_an_unknown_name_is_refused_with_the_known_ones(read: Callable[..., Any]) -> None:
    with pytest.raises(config.ConfigurationError) as refused:
        read(COALITION_ENV="staging")
    assert str(refused.value) == "COALITION_ENV must be one of development, production, not 'staging'."


@pytest.mark.parametrize(("name", "least", "most"), [("PORT", 1, 65535), ("COALITION_PROXY_COUNT", 0, 10)])
@pytest.mark.parametrize("typed", ["http", "80.5", "0x50", "-1", "99999", "٣"])
def test_number_that_is_none_is_refused_with_its_name(
    read: Callable[..., Any], name: str, least: int, most: int, typed: str
) -> None:
    with pytest.raises(config.ConfigurationError) as refused:
        read({name: typed})
    assert str(refused.value) == f"{name} must be a whole number from {least} to {most}, not {typed!r}."


@pytest.mark.parametrize("typed", [",", "de", "en,de"])
def test_languages_that_are_not_spoken_are_refused(read: Callable[..., Any], typed: str) -> None:
    with pytest.raises(config.ConfigurationError) as refused:
        read(COALITION_LOCALES=typed)
    assert str(refused.value) == f"COALITION_LOCALES must name some of en, fr, not {typed!r}."


def test_command_with_a_bad_setting_ends_in_one_sentence(
    read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setattr(sys, "argv", ["coalition", "doctor"])
    with pytest.raises(SystemExit) as ended:
        command()
    assert (
        ended.value.code == "PORT must be a whole number from 1 to 65535, not 'http'."
    )  # a text goes to stderr, with status 1


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://ada@db/coalition", "postgresql+psycopg://ada@db/coalition"),
        ("postgresql://ada@db/coalition?host=/run", "postgresql+psycopg://ada@db/coalition?host=/run"),
        ("postgresql+psycopg://ada@db/coalition", "postgresql+psycopg://ada@db/coalition"),
        ("sqlite:////srv/coalition.sqlite3", "sqlite:////srv/coalition.sqlite3"),
    ],
)
def test_database_address_of_any_spelling_names_our_driver(read: Callable[..., Any], given: str, used: str) -> None:
    address = read(COALITION_DATABASE_URL=given).SQLALCHEMY_DATABASE_URI
    assert address == used


def test_secret_of_development_when_read_again_is_the_same(read: Callable[..., Any], tmp_path: Path) -> None:
    first, second = read().SECRET_KEYS, read().SECRET_KEYS
    path = tmp_path / "data" / "secret-key"
    assert first == second == (path.read_text(),)
    assert len(first[0]) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_secret_of_development_in_another_folder_is_another(read: Callable[..., Any], tmp_path: Path) -> None:
    first = read().SECRET_KEYS
    second = read(COALITION_DATA_DIR=str(tmp_path / "other")).SECRET_KEYS
    assert first != second


def test_secret_when_processes_start_at_once_is_one(tmp_path: Path) -> None:
    go, data = tmp_path / "go", tmp_path / "data"
    code = (
        "import os, sys, time, config; print('ready', flush=True)\n"
        f"while not os.path.exists({str(go)!r}): pass\n"
        "print(config.Development().SECRET_KEY)"
    )
    environment = {"PATH": "/usr/bin:/bin", "COALITION_DATA_DIR": str(data)}
    words = [sys.executable, "-c", code]
    several = [subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    for one in several:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    time.sleep(0.05)
    go.touch()
    told = {one.communicate(timeout=20)[0].strip() for one in several}
    assert told == {(data / "secret-key").read_text()}
    assert [path.name for path in data.iterdir()] == ["secret-key"]


def test_cookie_over_https_is_bound_to_the_host(read: Callable[..., Any], makers: Callable[[str], Maker]) -> None:
    settings = read(PRODUCTION, COALITION_DATABASE_URL=makers("sqlite").migrated())
    settings.TESTING = True
    app = create_app(settings)
    with app.test_client() as client:
        answer = client.get("/admin/login", base_url="https://coalition.example.org")
    name, *attributes = answer.headers["Set-Cookie"].split("; ")
    assert name.split("=")[0] == "__Host-coalition"
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_docs_when_compared_list_every_variable_as_it_is() -> None:
    page = Path(config.__file__).parent / "docs" / "configure.md"
    assert page.read_text("utf-8") == variables.as_markdown()
