"""Does a document of hostile names read no file and call nobody, as the interpreter itself sees it?"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from flask import Flask

from coalition.documents import rendering
from coalition.documents.order import Order
from tests.documents.names import HOSTILE
from tests.factories import documents

pytestmark = pytest.mark.pdf
# What Python opens, calls or starts is noted once everything that a first document loads has been loaded.
PROGRAM = """
import json, os, sys
from coalition.documents.order import Order
from coalition.documents.rendering import render

orders = [Order.from_json(line) for line in sys.stdin.buffer.read().splitlines()]
render(orders[0])
noted, watched = [], ("open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec")

def note(name, told):
    if name in watched:
        noted.append((name, str(told[0])))

sys.addaudithook(note)
made = [render(order)[:4] == b"%PDF" for order in orders]
print(json.dumps([all(made), noted]), flush=True)
os._exit(0)  # the watching outlives the interpreter's own end otherwise
"""
OURS = re.compile(r"/weasyprint/pdf/sRGB2014\.icc|/usr/share/fonts/")


@pytest.fixture(scope="module")
def orders(drawing_app: Flask) -> list[Order]:
    """A document for each hostile name, in every place where somebody's words stand."""
    with drawing_app.app_context():
        return [
            documents.order(
                documents.certificate(
                    organisation=name, latin_name=name[::-1], charter_title=name[:300], category=name[:300]
                )
            )
            for name in HOSTILE.values()
        ]


def test_hostile_names_when_drawn_open_no_file_and_call_nobody(orders: list[Order]) -> None:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=b"\n".join(order.as_json() for order in orders),
        capture_output=True,
        check=True,
    ).stdout
    made, noted = json.loads(told)
    assert made
    assert [event for event in noted if not (event[0] == "open" and OURS.search(event[1]))] == []


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_when_everywhere_at_once_stay_on_one_page(
    orders: list[Order], text_of: Callable[[bytes], str], kind: str
) -> None:
    """The sheet allows one page and makes none otherwise; its own facts are still there to read."""
    text = text_of(rendering.render(orders[list(HOSTILE).index(kind)]))
    assert "ICSSE-00042" in text
    assert "This file is digitally sealed" in text
