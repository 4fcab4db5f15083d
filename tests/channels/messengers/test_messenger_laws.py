"""Laws of reading an answer: over any JSON, and over any bytes, a yes is only the vendor's yes."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.dingtalk import codes as dingtalk
from notifications.channels.feishu import codes as feishu
from notifications.channels.http import Answer
from notifications.channels.judging import Dialect, judged
from notifications.channels.wecom import codes as wecom
from tests.messengers import NOW

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["errcode", "code", "StatusCode", "x"]), inner)
    ),
    max_leaves=6,
)


DIALECTS: list[Dialect] = [
    dingtalk.ROBOT_DIALECT,
    dingtalk.APP_DIALECT,
    wecom.DIALECT,
    feishu.ROBOT_DIALECT,
    feishu.APP_DIALECT,
]


@given(said=JSON, status=st.sampled_from([200, 200, 200, 201, 302, 400, 500]))
def test_only_the_number_nought_with_http_200_says_that_it_was_done(said, status):
    body = json.dumps(said).encode()
    for dialect in DIALECTS:
        verdict = judged(Answer(status=status, headers={}, body=body), dialect, NOW)

        names = {"errcode"} if dialect.text == "errmsg" else {"code", "StatusCode"}
        if verdict.meaning is None:
            assert status == 200
            assert isinstance(said, dict)
            values = [said[name] for name in names & set(said)]
            assert values
            assert all(type(value) is int and value == 0 for value in values)


@given(body=st.binary(max_size=200), status=st.integers(200, 599))
def test_bytes_that_are_no_yes_are_never_taken_for_one(body, status):
    for dialect in DIALECTS:
        verdict = judged(Answer(status=status, headers={}, body=body), dialect, NOW)
        assert verdict.meaning is not None
