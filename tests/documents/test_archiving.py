"""Does a sealed file stay good when dates are added to it, for tools that are not ours and trust our roots alone?"""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from coalition.documents import archiving, sealing
from coalition.documents.errors import DocumentFailed
from coalition.documents.keys import SealingKey
from coalition.documents.timestamps import Authority, told_of
from tests.factories import documents
from tests.factories.authority import TO, answering, issued

pytestmark = pytest.mark.pdf
PYHANKO = Path(sys.executable).with_name("pyhanko")


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with answering() as running:
        one = Authority(running.url)
        one.introduce()
        yield one


@pytest.fixture(scope="module")
def roots(authority: Authority, sealing_key: SealingKey) -> list[str]:
    assert authority.root is not None
    return [told_of(root)["pem"] for root in (sealing.root_of(sealing_key), authority.root)]


@pytest.fixture(scope="module")
def states(seal: Callable[..., bytes], sealing_key: SealingKey, authority: Authority, roots: list[str]) -> list[bytes]:
    """One certificate sealed without a date, dated later, renewed, and renewed once more."""
    plain = seal(documents.certificate())
    dated = archiving.dated(plain, authority=authority)
    renewed = archiving.archived(dated, authority=authority, roots=roots)
    return [plain, dated, renewed, archiving.archived(renewed, authority=authority, roots=roots)]


def judged(folder: Path, pdf: bytes, roots: list[str]) -> str:
    (folder / "file.pdf").write_bytes(pdf)
    (folder / "roots.pem").write_text("# the root above the seals\n".join(roots))
    words = ["sign", "validate", "--trust", str(folder / "roots.pem"), "--trust-replace", str(folder / "file.pdf")]
    return subprocess.run([PYHANKO, *words], capture_output=True, text=True, check=True).stdout


def test_revisions_when_added_only_add_and_end_with_a_timestamp_over_everything(
    states: list[bytes], tmp_path: Path
) -> None:
    for before, after in itertools.pairwise(states):
        assert after.startswith(before)
    (tmp_path / "file.pdf").write_bytes(states[-1])
    words = ["pdfsig", "-nocert", str(tmp_path / "file.pdf")]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert told.count("Signature #") == 4
    assert told.count("Signature is Valid.") == 1
    assert told.rpartition("Signature #")[2].count("Total document signed") == 1
    assert [b"/DSS" in state for state in states] == [False, False, True, True]


def test_file_when_only_our_roots_are_trusted_is_good_for_pyhankos_command(
    states: list[bytes], roots: list[str], tmp_path: Path
) -> None:
    assert "INTACT:TRUSTED,EXTENDED_WITH_LTA_UPDATES,ACCEPTABLE_MODIFICATIONS" in judged(tmp_path, states[-1], roots)


def test_seal_when_dated_at_once_and_renewed_is_good_for_pyhankos_command(
    sealing_key: SealingKey, authority: Authority, roots: list[str], tmp_path: Path
) -> None:
    dated = sealing.seal(sealing._blank_page(), key=sealing_key, name="x", reason="y", authority=authority)
    renewed = archiving.archived(dated, authority=authority, roots=roots)
    assert "TIMESTAMP_TOKEN<INTACT:TRUSTED>,EXTENDED_WITH_LTA_UPDATES" in judged(tmp_path, renewed, roots)


def test_file_when_dated_is_still_tagged_and_the_same_for_a_reader(
    states: list[bytes], text_of: Callable[[bytes], str]
) -> None:
    import pikepdf

    assert text_of(states[-1]) == text_of(states[0])
    with pikepdf.open(archiving.BytesIO(states[-1])) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert len(pdf.attachments) == 1
        dates = [field for field in pdf.Root.AcroForm.Fields if str(field.T).startswith("Timestamp")]
        assert [int(field.F) & 0b110 for field in dates] == [0b100] * 3  # to be printed, not hidden: PDF/A
        assert all(max(field.Rect) < 0 for field in dates)


def test_file_when_the_sealing_certificate_has_ended_is_renewed_from_the_moment_of_its_date(
    authority: Authority, tmp_path: Path, clock: time_machine.Traveller
) -> None:
    key, root = made_key(until=documents.CREATED + timedelta(days=300))
    clock.move_to(documents.CREATED + timedelta(days=10))
    dated = sealing.seal(sealing._blank_page(), key=key, name="x", reason="y", authority=authority)
    clock.move_to(documents.CREATED + timedelta(days=380))
    assert authority.root is not None
    roots = [told_of(one)["pem"] for one in (root, authority.root)]
    assert len(archiving.archived(dated, authority=authority, roots=roots)) > len(dated)
    with pytest.raises(DocumentFailed, match="cannot be checked now"):
        archiving.archived(dated, authority=authority, roots=roots[1:])


def test_file_when_a_certificates_revocation_cannot_be_asked_is_not_called_renewed(authority: Authority) -> None:
    with answering() as nobody:
        address = f"{nobody.url}list.crl"
    key, root = made_key(until=TO, crl=address)
    dated = sealing.seal(sealing._blank_page(), key=key, name="x", reason="y", authority=authority)
    assert authority.root is not None
    with pytest.raises(DocumentFailed, match="cannot be checked now"):
        archiving.archived(dated, authority=authority, roots=[told_of(one)["pem"] for one in (root, authority.root)])


def made_key(*, until: datetime, crl: str = "") -> tuple[SealingKey, x509.Certificate]:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = issued("Seals' root", root_key, issuer="Seals' root", issuer_key=root_key)
    leaf = issued("The seal", key, issuer="Seals' root", issuer_key=root_key, until=until, crl=crl)
    return SealingKey(key, leaf, (root,)), root


def test_chain_when_openssl_checks_it_with_only_our_root_is_good(
    sealing_key: SealingKey, roots: list[str], tmp_path: Path
) -> None:
    (tmp_path / "root.pem").write_text(roots[0])
    (tmp_path / "chain.pem").write_text(sealing_key.pem)
    words = ["openssl", "verify", "-CAfile", str(tmp_path / "root.pem"), str(tmp_path / "chain.pem")]
    told = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "chain.pem: OK" in told.stdout
    printed = subprocess.run(
        ["openssl", "x509", "-in", str(tmp_path / "chain.pem"), "-noout", "-fingerprint", "-sha256"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed.strip().partition("=")[2].replace(":", "").lower() == sealing_key.fingerprint
