"""What does a web process load? The libraries that make PDFs are the worker's alone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

HEAVY = ("weasyprint", "pyhanko", "fontTools", "PIL", "cssselect2", "docx")
PUBLIC = (
    "/en/",
    "/en/charters/",
    "/en/charters/icsse-charter/",
    "/en/charters/icsse-charter/eligibility/",
    "/en/charters/icsse-charter/sign/organisation",
    "/en/register/",
    "/en/verify/",
    "/api/v1/signatories",
    "/admin/login",
    "/healthz",
    "/readyz",
)
SERVED = """
import json, sys
from coalition.app import create_app
from coalition.commands.init import prepare
import config
app = create_app(config.Testing())
with app.app_context():
    prepare()
client = app.test_client()
answers = {path: client.get(path).status_code for path in json.loads(sys.argv[1])}
print(json.dumps({"answers": answers, "loaded": [name for name in json.loads(sys.argv[2]) if name in sys.modules]}))
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a process of its own says after it has served the public pages."""
    folder = tmp_path_factory.mktemp("served")
    environment = {"PATH": "/usr/bin:/bin", "COALITION_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", SERVED, json.dumps(PUBLIC), json.dumps(HEAVY)]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return result


@pytest.mark.one_database
def test_web_process_when_it_has_served_pages_has_loaded_nothing_heavy(served: dict[str, object]) -> None:
    assert served["loaded"] == []


@pytest.mark.one_database
def test_web_process_when_asked_for_public_pages_serves_them(served: dict[str, object]) -> None:
    answers = served["answers"]
    assert isinstance(answers, dict)
    assert {path: status for path, status in answers.items() if status not in (200, 302, 303)} == {}
