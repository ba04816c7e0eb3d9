"""A sealing key that cannot be used is said at the start, not at the first certificate."""

from __future__ import annotations

import pytest

from coalition import clock

pytestmark = pytest.mark.one_database


def test_worker_when_the_sealing_key_cannot_be_read_then_refuses_to_start(runner, settings, tmp_path) -> None:
    settings["CERTIFICATE_KEY"] = str(tmp_path / "nothing.p12")
    settings["MAIL_URL"] = f"file:{tmp_path}"
    done = runner.invoke(args=["worker"])
    assert done.exit_code == 1
    assert "nothing.p12 cannot be read" in str(done.exception)


def test_doctor_when_the_sealing_key_cannot_be_read_then_says_which_settings_mend_it(
    runner, settings, tmp_path
) -> None:
    settings["CERTIFICATE_KEY"] = str(tmp_path / "nothing.p12")
    done = runner.invoke(args=["doctor"])
    assert done.exit_code == 1
    assert "set COALITION_CERTIFICATE_KEY and COALITION_CERTIFICATE_KEY_PASSPHRASE" in done.output


def test_worker_when_key_and_certificate_do_not_fit_then_seals_no_page_and_refuses_to_start(
    runner, settings, tmp_path, monkeypatch
) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    from coalition.certificates import jobs
    from coalition.documents.keys import SealingKey, development_key

    made = development_key(tmp_path / "keys", now=clock.now())
    mixed = SealingKey(ec.generate_private_key(ec.SECP256R1()), made.certificate, made.chain)
    monkeypatch.setattr(jobs, "_opened_key", lambda: mixed)
    settings["CERTIFICATE_KEY"] = "pkcs11:anything"
    settings["MAIL_URL"] = f"file:{tmp_path}"
    done = runner.invoke(args=["worker"])
    assert (done.exit_code, str(done.exception)) == (
        1,
        "A page sealed with this key is not valid: key, certificate and chain do not fit.",
    )
