"""The stand-alone verifier's Ed25519, in plain Python, held against RFC 8032 and a library."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from hypothesis import given
from hypothesis import strategies as st

from workflow.proof import keys
from workflow.proof.rectify_verify import L, P, decode, signed

# RFC 8032 section 7.1: public key, message, signature of tests 1, 2, 3 and SHA(abc)
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
        "f9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
        "f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76098"
        "4dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c664"
        "31e0303dca179c138ac17ad9bef1177331a704",
    ),
)
SMALL_ORDER = (  # y of the eight points whose order divides 8
    0,
    1,
    P - 1,
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def library_says(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize("vector", RFC_8032, ids=["1", "2", "3", "SHA(abc)"])
def test_it_accepts_the_signatures_of_the_rfc(vector: tuple[str, str, str]):
    public, message, signature = map(bytes.fromhex, vector)

    assert signed(public, signature, message)
    assert not signed(public, signature, message + b"!")


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_it_accepts_what_the_library_signs(secret: bytes, message: bytes):
    key = Ed25519PrivateKey.from_private_bytes(secret)

    assert signed(key.public_key().public_bytes_raw(), key.sign(message), message)


@given(st.integers(0, 64 * 8 - 1), st.binary(max_size=20))
def test_a_signature_with_one_bit_turned_is_wrong(bit: int, message: bytes):
    turned = bytearray(KEY.sign(message))
    turned[bit // 8] ^= 1 << bit % 8

    assert not signed(PUBLIC, bytes(turned), message)


@given(st.integers(0, 32 * 8 - 1))
def test_a_key_with_one_bit_turned_is_another(bit: int):
    turned = bytearray(PUBLIC)
    turned[bit // 8] ^= 1 << bit % 8

    assert not signed(bytes(turned), KEY.sign(b""), b"")


@given(st.binary(max_size=70), st.binary(max_size=70))
def test_it_agrees_with_the_library_on_rubbish(public: bytes, signature: bytes):
    assert signed(public, signature, b"x") == library_says(public, signature, b"x")


@given(st.binary(min_size=32, max_size=32))
def test_it_decodes_a_point_where_the_library_takes_a_key_for_one(public: bytes):
    """A key that is no point never has a right signature."""
    if decode(public) is None:
        assert not library_says(public, KEY.sign(b""), b"")
        assert not signed(public, KEY.sign(b""), b"")


def test_a_signature_has_one_way_to_be_written():
    signature = KEY.sign(b"once")
    s = int.from_bytes(signature[32:], "little")

    for more in range(1, 15):
        again = signature[:32] + (s + more * L).to_bytes(32, "little")
        assert not signed(PUBLIC, again, b"once")
        assert not library_says(PUBLIC, again, b"once")
    assert not signed(PUBLIC, signature + b"\0", b"once")
    assert not signed(PUBLIC, signature[:-1], b"once")


@pytest.mark.parametrize("y", SMALL_ORDER)
@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("noncanonical", [0, P])
def test_no_signature_is_right_under_a_key_of_small_order(y: int, sign: int, noncanonical: int):
    """The library takes some: under such a key one signature fits many messages."""
    if y + noncanonical >= 1 << 255:
        return
    public = (y + noncanonical | sign << 255).to_bytes(32, "little")
    fitting = [(P + 1).to_bytes(32, "little"), (1).to_bytes(32, "little"), public]

    for r in fitting:
        for message in (b"", b"a", b"b", b"c", b"d"):
            assert not signed(public, r + bytes(32), message)
            assert not keys.verify(public, r + bytes(32), message)


@given(st.binary(max_size=64), st.binary(max_size=64), st.booleans())
def test_the_product_and_the_verifier_agree(public: bytes, signature: bytes, right: bool):
    if right:
        public, signature = PUBLIC, KEY.sign(signature)

    assert keys.verify(public, signature, b"") == signed(public, signature, b"")
