"""Base subjects and references."""

import pytest

from mailserver.message import header, threading


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Hello", "hello"),
        ("Re: Hello", "hello"),
        ("RE: re : Fwd:  Hello (fwd)", "hello"),
        ("Re[2]: Hello", "hello"),
        ("[list] Re: [list] Hello", "hello"),
        ("[list]", "[list]"),
        ("[Fwd: Hello]", "hello"),
        ("AW: WG: Hallo", "hallo"),
        ("回复：Re: 答复: 你好", "你好"),
        ("转发: 你好", "你好"),
        ("Re:", ""),
        ("Regarding: x", "regarding: x"),
        ("  spaced\t out ", "spaced out"),
    ],
)
def test_base_subject(subject: str, base: str) -> None:
    assert threading.base_subject(subject) == base


def test_references_then_in_reply_to_each_once() -> None:
    fields = header.fields(b"References: <a@x>\n <b@x> <a@x>\nIn-Reply-To: <c@x>\nMessage-ID: <me@x>\n\n")
    assert threading.reference_ids(fields) == ("a@x", "b@x", "c@x")
    assert threading.message_id(fields) == "me@x"


def test_ids_without_brackets_and_with_talk() -> None:
    assert threading.reference_ids([("in-reply-to", b"Your message of Monday <a@x>")]) == ("a@x",)
    assert threading.reference_ids([("in-reply-to", b"a@x")]) == ("a@x",)
    assert threading.message_id([]) == ""


def test_of_too_many_the_root_and_the_last_are_kept() -> None:
    value = b" ".join(b"<%d@x>" % number for number in range(500))
    kept = threading.reference_ids([("references", value)])
    assert len(kept) == threading.MAX_REFERENCES
    assert (kept[0], kept[-1]) == ("0@x", "499@x")
