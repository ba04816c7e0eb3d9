"""Does a key that never leaves its device seal as well, and is every fault of a device one sentence?"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from coalition.documents import hardware, keys, sealing
from coalition.documents.errors import KeyUnusable
from coalition.documents.hardware import HardwareKey
from tests.factories.documents import CREATED
from tests.fixtures.devices import PIN, Device

pytestmark = pytest.mark.pdf


def opened(address: str, pin: str = PIN) -> keys.SealingKey:
    return keys.production_key(address, passphrase=pin, now=CREATED)


@pytest.mark.parametrize("label", ["seal", "rsa"])
def test_key_on_a_device_when_used_seals_a_file_that_other_tools_take(
    device: Device, tmp_path: Path, label: str
) -> None:
    key = opened(device.address(label))
    assert (key.subject, key.is_development) == (f"Coalition {label}", False)
    assert sealing.root_of(key) == device.root
    sealing.prove(key)
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealing.seal(sealing._blank_page(), key=key, name="The coalition", reason="Entry"))
    told = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in told
    assert f"CN=Coalition {label}" in told


def test_key_when_named_by_its_id_is_the_same(device: Device) -> None:
    address = hardware.address_of(f"pkcs11:token=coalition;id=%01?module-path={device.address().partition('=/')[2]}")
    assert (address.id, address.label) == (b"\x01", None)
    percent = hardware.address_of("pkcs11:token=my%20token;object=the%20seal?module-path=/usr/lib/x.so")
    assert (percent.token, percent.label, percent.module) == ("my token", "the seal", "/usr/lib/x.so")


@pytest.mark.parametrize(
    "uri",
    [
        "pkcs11:",
        "pkcs11:token=coalition;object=seal",
        "pkcs11:object=seal?module-path=/x.so",
        "pkcs11:token=t?module-path=/x",
    ],
)
def test_address_when_something_lacks_is_refused_with_an_example(uri: str) -> None:
    with pytest.raises(KeyUnusable, match="must look like pkcs11:token="):
        opened(uri)


def test_pin_when_wrong_is_tried_once_and_never_shown(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyUnusable, match="refuses the PIN") as first:
        opened(device.address(), pin="000000")
    monkeypatch.setattr(hardware.pkcs11, "lib", lambda _: pytest.fail("the device was asked again"))
    with pytest.raises(KeyUnusable, match="refuses the PIN"):
        opened(device.address(), pin="000000")
    assert "000000" not in str(first.value)
    assert PIN not in repr(HardwareKey(hardware.address_of(device.address()), PIN))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"module": "/nowhere/device.so"}, "library /nowhere/device.so cannot be loaded"),
        ({"token": "another"}, "The device another cannot be opened"),
        ({"label": "lonely"}, "must hold the sealing key and one certificate"),
        ({"label": "root"}, "must hold the sealing key and one certificate"),
        ({"label": "nothing"}, "must hold the sealing key and one certificate"),
    ],
)
def test_device_when_something_is_not_there_says_what(device: Device, changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(KeyUnusable, match=sentence):
        opened(device.address(**changes))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of the library, on what was closed
def test_device_when_it_was_lost_meanwhile_is_one_sentence_and_opened_anew_the_next_time(device: Device) -> None:
    key = opened(device.address())
    for session in hardware._sessions.values():
        session.close()
    with pytest.raises(KeyUnusable, match="The device coalition failed"):
        sealing.prove(key)
    sealing.prove(opened(device.address()))
