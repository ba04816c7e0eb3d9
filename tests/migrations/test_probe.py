from __future__ import annotations
from coalition.transactions import transaction, reading
from coalition.jobs import queue
from coalition.jobs.models import Job
from coalition import clock as c
from coalition.extensions import db
from sqlalchemy import select, func
import pytest

@pytest.mark.parametrize("n", range(4))
def test_rolls_back(app, n):
    assert db.session.scalar(select(func.count(Job.id))) == 0
    with transaction():
        queue.put("x", args={}, now=c.now())
    with reading() as con:
        assert con.execute(select(func.count(Job.id))).scalar() == 1

def test_clock(clock, client, worker, outbox):
    r = client.get("/healthz")
    assert worker() == 0

def test_committed(committed_app):
    with committed_app.app_context():
        with transaction():
            queue.put("x", args={}, now=c.now())
        with reading() as con:
            assert con.execute(select(func.count(Job.id))).scalar() == 1
