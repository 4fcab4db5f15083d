"""The key's file: private, whole or not there, and never shown."""

from __future__ import annotations

import copy
import os
import pickle
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from states.errors import Invalid, NotFound
from workflow.proof.keys import load_key, make_key, verify

ORIGIN = "rectify/0123456789abcdef"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "seal.key"


def private(file: Path) -> bytes:
    """Return the bytes that must never be seen."""
    loaded = load_pem_private_key(file.read_bytes(), None)
    return loaded.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


def test_a_key_that_is_made_is_the_one_that_is_loaded(file: Path) -> None:
    made, loaded = make_key(file), load_key(file)

    assert made.public == loaded.public
    assert loaded.named(ORIGIN).public == made.public
    assert verify(made.public, loaded.sign(b"said"), b"said")
    assert not verify(made.public, loaded.sign(b"said"), b"Said")
    assert not verify(make_key(file.with_name("other")).public, loaded.sign(b"said"), b"said")


@pytest.mark.parametrize("public", [b"", b"\xff" * 32, b"short"])
def test_what_is_no_key_has_signed_nothing(public: bytes) -> None:
    assert not verify(public, b"\x00" * 64, b"said")


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_its_owner_may_read_it_whatever_the_umask(file: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        make_key(file)
    finally:
        os.umask(before)

    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o601])
def test_a_key_that_others_may_touch_is_not_used(file: Path, mode: int) -> None:
    make_key(file)
    file.chmod(mode)

    with pytest.raises(Invalid) as refused:
        load_key(file)
    assert refused.value.message.code == "key_exposed"


def test_a_key_is_never_replaced(file: Path) -> None:
    first = make_key(file).public

    with pytest.raises(Invalid):
        make_key(file)
    assert load_key(file).public == first


def test_a_link_is_not_followed_to_make_one(file: Path) -> None:
    file.symlink_to(file.with_name("elsewhere"))

    with pytest.raises(Invalid):
        make_key(file)
    assert not file.with_name("elsewhere").exists()


def test_a_key_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(NotFound, match=str(file)):
        load_key(file)
    with pytest.raises(Invalid, match="No such file"):
        make_key(file.parent / "nowhere" / "seal.key")


def test_a_folder_is_no_key(file: Path) -> None:
    file.mkdir(mode=0o700)

    with pytest.raises(Invalid):
        load_key(file)


def _written(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    file.chmod(0o600)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n", b"\x00" * 20_000])
def test_a_file_that_holds_no_key_is_refused(file: Path, content: bytes) -> None:
    _written(file, content)

    with pytest.raises(Invalid) as refused:
        load_key(file)
    assert refused.value.message.code == "key_unusable"


def test_a_key_of_another_kind_is_refused(file: Path) -> None:
    other = generate_private_key(SECP256R1())
    _written(file, other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    with pytest.raises(Invalid, match="Ed25519"):
        load_key(file)


def test_a_key_behind_a_password_is_refused(file: Path) -> None:
    make_key(file)
    key = load_pem_private_key(file.read_bytes(), None)
    locked = BestAvailableEncryption(b"secret")
    _written(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))

    with pytest.raises(Invalid, match="password"):
        load_key(file)


def test_nothing_of_it_is_shown(file: Path) -> None:
    key = make_key(file)
    secret = private(file)

    for shown in (repr(key), str(key), f"{key}", repr([key])):
        assert secret.hex() not in shown
        assert secret.hex()[:16] not in shown
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(key)


def test_a_broken_key_is_not_quoted(file: Path) -> None:
    make_key(file)
    pem = file.read_text().splitlines()
    _written(file, "\n".join([pem[0], pem[1][:-8], pem[2]]).encode())

    with pytest.raises(Invalid) as refused:
        load_key(file)
    assert pem[1][:20] not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
