"""Can a program read the public log and check it with nothing but hashes and the log's key?"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from coalition import clock
from coalition.audit.record import Actor
from coalition.transactions import transaction
from coalition.transparency.forgetting import forget_leaf
from coalition.transparency.sequencing import place_all
from coalition.transparency.tree import check_consistency, leaf_hash, root_by_inclusion
from tests.api.schemas import faults
from tests.factories import register

LOG = "/api/v1/log"


def answered(client: FlaskClient, path: str, shape: str) -> Any:
    answer = client.get(f"{LOG}{path}")
    assert answer.status_code == 200, answer.text
    assert faults(shape, answer.json) == []
    return answer.json


def root_of(note: str) -> bytes:
    return base64.b64decode(note.split("\n")[2])


def test_line_of_a_certificate_when_proved_leads_to_the_signed_root(client: FlaskClient, example_site: str) -> None:
    proof = answered(client, f"/proof/{example_site.lower()}", "LogProof")
    head = answered(client, "/checkpoint", "LogCheckpoint")
    hashes = [bytes.fromhex(one) for one in proof["hashes"]]
    leaf = leaf_hash(proof["leaf"].encode())
    root = root_by_inclusion(leaf, place=proof["place"], size=proof["size"], hashes=hashes)
    assert root.hex() == head["root"]
    assert root == root_of(proof["note"])
    opened = hashlib.sha256(b"\x00" + bytes.fromhex(proof["salt"]) + proof["content"].encode()).hexdigest()
    assert f'"commitment":"{opened}"' in proof["leaf"]


def test_log_when_it_grew_is_shown_to_be_the_same(app: Flask, client: FlaskClient) -> None:
    roots = {}
    for _ in range(3):
        register.published()
        place_all()
        head = answered(client, "/checkpoint", "LogCheckpoint")
        roots[head["size"]] = bytes.fromhex(head["root"])
    told = answered(client, "/consistency?from=2", "LogConsistency")
    assert (told["older"], told["newer"]) == (2, 3)
    hashes = [bytes.fromhex(one) for one in told["hashes"]]
    check_consistency((2, roots[2]), (3, roots[3]), hashes)
    assert answered(client, "/consistency?from=1&to=2", "LogConsistency")["newer"] == 2


def test_lines_when_read_come_in_their_order_page_by_page(app: Flask, client: FlaskClient) -> None:
    numbers = [register.published() for _ in range(3)]
    place_all()
    with transaction():
        forget_leaf(place=1, actor=Actor.system("tests"), now=clock.now())
    first = answered(client, "/entries?size=2", "LogEntryList")
    assert [line["subject"] for line in first["items"]] == numbers[:2]
    assert [line["content"] is None for line in first["items"]] == [False, True]
    assert (first["total"], first["next"].endswith("/api/v1/log/entries?size=2&after=1")) == (3, True)
    last = answered(client, "/entries?size=2&after=1", "LogEntryList")
    assert ([line["subject"] for line in last["items"]], last["next"]) == (numbers[2:], None)
    one = answered(client, f"/entries?subject={numbers[1].lower()}", "LogEntryList")
    assert [line["place"] for line in one["items"]] == [1]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/checkpoint", 404),
        ("/proof/0123456789AB", 404),
        ("/proof/short", 404),
        ("/consistency", 404),
        ("/consistency?from=2&to=1", 404),
        ("/consistency?from=0", 422),
        ("/entries?after=-1", 422),
        ("/entries?size=201", 422),
    ],
)
def test_log_when_asked_for_what_is_not_there_says_so(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(f"{LOG}{path}").status_code == status
