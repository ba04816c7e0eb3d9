"""What tests of documents share: an application for its templates, and documents that are rendered once a session."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from coalition.certificates.content import DocumentContent
from coalition.documents import keys, rendering, sealing
from tests.factories import documents
from tests.fixtures.apps import build, close


@pytest.fixture(scope="session")
def drawing_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application for its templates and languages; nothing asks its database."""
    folder = tmp_path_factory.mktemp("drawing")
    app = build(f"sqlite:///{folder / 'none.sqlite3'}", folder)
    yield app
    close(app)


@pytest.fixture(scope="session")
def rendered(drawing_app: Flask) -> Callable[[DocumentContent], bytes]:
    """Render a document, each only once."""

    @cache
    def render(content: DocumentContent) -> bytes:
        with drawing_app.app_context():
            order = documents.order(content)
        return rendering.render(order)

    return render


@pytest.fixture(scope="session")
def sealing_key(tmp_path_factory: pytest.TempPathFactory) -> keys.SealingKey:
    """A key as development makes it."""
    return keys.development_key(tmp_path_factory.mktemp("keys"), now=documents.CREATED)


@pytest.fixture(scope="session")
def sealed(rendered: Callable[[DocumentContent], bytes], sealing_key: keys.SealingKey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sealed certificate, as a file."""
    path = tmp_path_factory.mktemp("sealed") / "certificate.pdf"
    pdf = rendered(documents.certificate())
    path.write_bytes(sealing.seal(pdf, key=sealing_key, name="The coalition", reason="Entry in the register"))
    return path


@pytest.fixture(scope="session")
def text_of() -> Callable[[bytes], str]:
    """Read a PDF as pdftotext does, without the marks that it adds for direction."""

    def read(pdf: bytes) -> str:
        done = subprocess.run(["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True)
        return "".join(letter for letter in done.stdout.decode() if letter not in "\u200e\u200f\u202a\u202b\u202c")

    return read
