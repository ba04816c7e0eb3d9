from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from coalition import clock, machine
from coalition.audit.record import Actor
from coalition.certificates import inspection
from coalition.certificates import operations as certificates
from coalition.certificates.states import Kind
from coalition.desk import erasure, evidence, evidence_operations, jobs
from coalition.desk.models import EvidenceFile
from coalition.errors import Unavailable
from coalition.extensions import db
from coalition.i18n import force_language
from coalition.review.models import Decision
from coalition.signing import queries
from coalition.signing.models import ProofDocument, Signature
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.factories import officers, signing

ADA = Actor.officer("ada-1", "Ada")
PROOF = b"%PDF-1.4 minutes\n%%EOF\n"
pytestmark = [pytest.mark.pdf, pytest.mark.one_database, pytest.mark.usefixtures("charter")]


def signed_with_proof(**changes: Any) -> Signature:
    """Return an active signature with a proof of mandate."""
    reference = signing.active(full_name="Awa N’Diaye", **changes).reference
    store().put("proof/ab/minutes.pdf", PROOF)
    with transaction() as session:
        session.add(
            ProofDocument(
                signature_id=queries.signature_by_reference(reference).id,
                public_id="proof-1",
                filename="minutes.pdf",
                media_type="application/pdf",
                size=len(PROOF),
                sha256=hashlib.sha256(PROOF).hexdigest(),
                storage_key="proof/ab/minutes.pdf",
                created_at=clock.now(),
            )
        )
    signature = queries.signature_by_reference(reference)
    with transaction() as session:
        session.add(
            Decision(
                signature_id=signature.id,
                officer_id=officers.officer("Grace Hopper").id,
                verdict="approve",
                message="",
                note="",
                category="international_network",
                mandate_basis="document",
                content_sha256=signature.content_sha256,
                decided_at=clock.now(),
            )
        )
        certificates.issue(signature_id=signature.id, kind=Kind.CERTIFICATE, language="en", actor=ADA, now=clock.now())
    return queries.signature_by_reference(reference)


def asked(signature: Signature, language: str = "en") -> int:
    """Ask for a file and return its key."""
    with transaction():
        evidence_operations.ask(
            signature=signature,
            officer_id=officers.officer().id,
            language=language,
            lifetime=timedelta(days=30),
            actor=ADA,
            now=clock.now(),
        )
    return db.session.scalars(select(EvidenceFile.id).order_by(EvidenceFile.id.desc())).first()


def made(evidence_id: int) -> zipfile.ZipFile:
    """Make a file and open it."""
    jobs.make_evidence(evidence_id=evidence_id)
    row = db.session.get(EvidenceFile, evidence_id)
    data = store().get(row.storage_key)
    assert (row.sha256, row.size) == (hashlib.sha256(data).hexdigest(), len(data))
    return zipfile.ZipFile(io.BytesIO(data))


def kept_files() -> list[Path]:
    return sorted((store().folder / "evidence").rglob("*.zip"))


def test_evidence_when_made_is_sealed_names_every_file_and_checks_by_itself(
    app: Flask, text_of: Callable[[bytes], str], tmp_path: Path
) -> None:
    signature = signed_with_proof()
    text_sha256, reference = signature.text_sha256, signature.reference
    archive = made(asked(signature))
    assert archive.namelist() == [
        "evidence.pdf",
        "facts.json",
        "text/icsse-charter-v1.en.md",
        "audit/chain.jsonl",
        "audit/checkpoint.txt",
        "audit/key.txt",
        "audit/verify-audit-log.py",
        "proof/1.pdf",
    ]
    summary = archive.read("evidence.pdf")
    sealed = inspection.inspect(summary)
    assert (sealed.intact, sealed.sealed_by_us) == (True, True)
    told = "".join(text_of(summary).split())
    digests = [hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()[1:]]
    assert [digest for digest in digests if digest not in told] == []
    for part in (reference, "Whatthisfileshows", "Whatitdoesnotshow", "AwaN’Diaye", "simpleelectronicsignature"):
        assert part in told
    for part in ("GraceHopper", "Adocumentthattheysent", "Adecisionofthegoverningbody", "Certificate"):
        assert part in told
    assert digests[1] == text_sha256
    assert archive.read("proof/1.pdf") == PROOF
    archive.extractall(tmp_path)
    key = archive.read("audit/key.txt").decode()
    words = ["audit/verify-audit-log.py", "audit/chain.jsonl", "--checkpoint", "audit/checkpoint.txt", "--key", key]
    checked = subprocess.run([sys.executable, "-I", *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout.splitlines()[-1].rpartition(": ")[2]) == (0, "agrees"), checked.stderr


def test_facts_when_gathered_tell_the_whole_story_in_order(app: Flask) -> None:
    signing.submitted()  # somebody else's lines stand between
    signature = signed_with_proof()
    facts = json.loads(made(asked(signature)).read("facts.json"))
    assert facts["representative"]["email"] == signature.representative.email
    assert [line["act"] for line in facts["history"]] == ["submit", "verify", "claim", "activate", "ask_evidence"]
    assert [line["number"] for line in facts["history"]] == sorted(line["number"] for line in facts["history"])
    assert [mail["template"] for mail in facts["mails"]] == ["signing/confirm_signature", "signing/signature_confirmed"]
    assert [link["purpose"] for link in facts["links"]] == ["confirm", "manage"]
    assert facts["proofs"][0]["filename"] == "minutes.pdf"
    assert [statement["language"] for statement in facts["statements"]] == ["en"] * len(signature.attestations)


def test_chain_of_a_signature_shows_nothing_of_others(app: Flask) -> None:
    signature = signed_with_proof()
    signing.submitted()
    told = [json.loads(line) for line in made(asked(signature)).read("audit/chain.jsonl").splitlines()]
    subjects = [json.loads(line["line"])["subject"] for line in told[1:] if "line" in line]
    assert set(subjects) == {f"signature:{signature.public_id}"}
    assert len(told) - 1 > len(subjects)
    assert [line["number"] for line in told[1:]] == list(range(told[0]["after"] + 1, told[0]["after"] + len(told)))


def test_evidence_in_french_when_made_is_french(app: Flask, text_of: Callable[[bytes], str]) -> None:
    told = "".join(text_of(made(asked(signed_with_proof(), "fr")).read("evidence.pdf")).split())
    for part in ("Cequecedossiermontre", "Cequ’ilnemontrepas", "Lesdécisions", "Journald’audit", "Lejournald’audit"):
        assert (part in told) == (part != "Journald’audit")


def test_evidence_when_made_twice_is_the_first(app: Flask) -> None:
    evidence_id = asked(signed_with_proof())
    made(evidence_id)
    before = db.session.get(EvidenceFile, evidence_id).sha256
    jobs.make_evidence(evidence_id=evidence_id)
    assert db.session.get(EvidenceFile, evidence_id).sha256 == before


def test_evidence_of_somebody_erased_meanwhile_leaves_no_file(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    signature = signed_with_proof()
    signature_id, evidence_id = signature.id, asked(signature)
    pack, packed, before = evidence.archive, [], kept_files()

    def erased_meanwhile(*told: Any, **more: Any) -> bytes:
        with transaction():
            erasure.erase(signature_id=signature_id, actor=ADA, now=clock.now())
        packed.append(pack(*told, **more))
        return packed[0]

    monkeypatch.setattr(evidence, "archive", erased_meanwhile)
    jobs.make_evidence(evidence_id=evidence_id)
    assert len(packed) == 1
    assert kept_files() == before
    jobs.make_evidence(evidence_id=evidence_id)  # its row is gone: there is nothing to do


def test_evidence_of_somebody_who_is_gone_is_not_begun(app: Flask) -> None:
    signature = signed_with_proof()
    evidence_id = asked(signature)
    with transaction():
        queries.signature_by_reference(signature.reference).representative = None
    jobs.make_evidence(evidence_id=evidence_id)
    assert db.session.get(EvidenceFile, evidence_id).made_at is None
    with pytest.raises(evidence.NothingToProve):
        evidence.facts_of(queries.signature_by_reference(signature.reference))


def test_evidence_when_the_machine_lacks_what_documents_need_waits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence_id = asked(signed_with_proof())
    lack = machine.Missing(what="Pango", package="libpango")
    monkeypatch.setattr(machine, "missing_for_documents", lambda: (lack,))
    with pytest.raises(Unavailable, match="Documents wait until this machine has Pango"):
        jobs.make_evidence(evidence_id=evidence_id)


def test_evidence_when_made_is_handed_out_as_a_file(app: Flask) -> None:
    signature = signed_with_proof()
    path = f"/admin/applications/{signature.reference}/evidence"
    evidence_id = asked(signature)
    jobs.make_evidence(evidence_id=evidence_id)
    client: FlaskClient = officers.signed_in(app)
    name = db.session.get(EvidenceFile, evidence_id).public_id
    page = client.get(path).text
    assert f'href="{path}/{name}.zip"' in page
    answer = client.get(f"{path}/{name}.zip")
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    assert answer.headers["Content-Disposition"] == f"attachment; filename=evidence-{signature.reference}.zip"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_proofs_when_too_large_together_stay_on_the_desk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MOST_PROOF_BYTES", len(PROOF) - 1)
    signature = signed_with_proof()
    assert evidence.proofs_to_enclose(signature.documents) == []


def test_sections_when_little_is_known_say_what_there_is(app: Flask) -> None:
    from coalition.desk import evidence_words

    signature = signing.submitted()
    with force_language("en"):
        parts = evidence_words.sections(evidence.facts_of(signature), [])
    assert [part.heading for part in parts] == [
        "The signature",
        "The person",
        "The text",
        "What was affirmed",
        "The mailed links",
        "The mails",
        "The mandate",
        "The decisions",
        "Receipt and certificates",
        "The audit log",
        "The files beside this one",
    ]
    assert [label for label, _ in parts[0].pairs][:2] == ["Reference", "Organisation"]
