"""A sealing key that cannot be used is said at the start, not at the first certificate."""

from __future__ import annotations

import pytest

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
