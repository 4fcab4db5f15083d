"""Other people's programs accept our checkpoints and proofs, and we theirs.

``metamorphic-log`` is a verifier in Rust, ``tlog-scales`` a log in Python; neither knows us.
"""

from __future__ import annotations

from datetime import UTC, datetime

import metamorphic_log  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tlog_scales.signing import PlainEd25519Signer, Vkey
from tlog_scales.tlog import Checkpoint as TheirCheckpoint
from tlog_scales.tlog import ConsistencyProof, InclusionProof

from states.checkpoint import Checkpoint
from states.merkle import (
    SHA256,
    Tree,
    consistency_proof,
    consistent,
    hash_of,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from states.signed_note import NoteKey, read_key, read_note, sign
from workflow.proof import rectify_verify
from workflow.proof.keys import verify

HASH = hash_of(SHA256)
ORIGIN = "rectify/6f0c1b9e5d7a4f2f"
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey(ORIGIN, SECRET.public_key().public_bytes_raw())
LEAVES = [leaf_hash(HASH, bytes([n])) for n in range(40)]


def our_note(size: int) -> str:
    text = Checkpoint(
        origin=ORIGIN,
        size=size,
        root=root_of(HASH, LEAVES[:size]),
        suite=SHA256,
        at=datetime(2026, 11, 23, tzinfo=UTC),
    ).text()
    return str(sign(text, KEY, SECRET.sign))


def test_a_verifier_of_others_accepts_our_checkpoint():
    head = metamorphic_log.checkpoint_verify(our_note(40), [str(KEY)])

    assert (head.origin, head.size, head.root) == (ORIGIN, 40, root_of(HASH, LEAVES))
    assert head.extensions == ["suite sha256", "at 2026-11-23T00:00:00.000000Z"]


@pytest.mark.parametrize("change", [("\n40\n", "\n39\n"), ("sha256", "sha255"), ("2026", "2025")])
def test_and_rejects_it_once_it_was_changed(change: tuple[str, str]):
    with pytest.raises(metamorphic_log.VerifyError):
        metamorphic_log.checkpoint_verify(our_note(40).replace(*change), [str(KEY)])


def test_a_verifier_of_others_accepts_our_proofs():
    note = our_note(40)
    for index, leaf in enumerate(LEAVES):
        proof = inclusion_proof(HASH, LEAVES, len(LEAVES), index)
        metamorphic_log.checkpoint_verify_inclusion(note, [str(KEY)], index, leaf, proof)
    for older in range(1, 40):
        proof = consistency_proof(HASH, LEAVES, older)
        metamorphic_log.checkpoint_verify_consistency(our_note(older), note, [str(KEY)], proof)
    with pytest.raises(metamorphic_log.VerifyError):
        path = inclusion_proof(HASH, LEAVES, len(LEAVES), 0)
        metamorphic_log.checkpoint_verify_inclusion(note, [str(KEY)], 0, LEAVES[1], path)


def test_a_log_of_others_accepts_our_proofs():
    for size in range(1, 41):
        root = root_of(HASH, LEAVES[:size])
        for index in range(size):
            path = inclusion_proof(HASH, LEAVES, size, index)
            InclusionProof(index, size, path).check(LEAVES[index], root)
            path = consistency_proof(HASH, LEAVES[:size], index + 1)
            ConsistencyProof(index + 1, size, path).check(root_of(HASH, LEAVES[: index + 1]), root)


def test_we_accept_the_checkpoint_and_the_key_of_a_log_of_others():
    signer = PlainEd25519Signer("example.com/log", SECRET)
    theirs = TheirCheckpoint.make_signed("example.com/log", 40, root_of(HASH, LEAVES), [signer])
    written, named = theirs.serialize(), signer.vkey.serialize()

    note, key = read_note(written), read_key(named)
    assert note.signed_by(key, verify)
    assert (str(note), str(key)) == (written, named)
    alone = rectify_verify.Note(written)
    assert alone.signed_by(rectify_verify.Key(named))
    assert not rectify_verify.Note(written.replace("40", "41")).signed_by(rectify_verify.Key(named))


def test_a_log_of_others_reads_our_key():
    theirs = Vkey.from_string(str(KEY))

    assert theirs.serialize() == str(KEY)
    assert theirs.key_id.to_bytes(4) == KEY.id


def test_others_agree_that_two_of_our_trees_are_not_one():
    other = [LEAVES[1], *LEAVES[1:]]
    forged = Tree(40, root_of(HASH, other))
    proof = consistency_proof(HASH, other, 20)
    older = Tree(20, root_of(HASH, LEAVES[:20]))

    assert not consistent(HASH, older, forged, proof)
    with pytest.raises(metamorphic_log.VerifyError):
        metamorphic_log.verify_consistency(20, 40, proof, older.root, forged.root)
