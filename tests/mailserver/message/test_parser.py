"""The part tree: offsets, nesting, broken and hostile input."""

from hypothesis import given
from hypothesis import strategies as st

from mailserver.message import content, parser, part
from mailserver.message.parser import Limits

MIXED = (
    b"From: a@crepes.test\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\n"
    b"preamble\r\n--out\r\n\r\nhello\r\n\r\n--out\r\nContent-Type: message/rfc822\r\n\r\n"
    b'Subject: inside\r\nContent-Type: multipart/alternative; boundary="in"\r\n\r\n'
    b"--in\r\n\r\none\r\n--in\r\nContent-Type: text/html\r\n\r\n<p>two\r\n--in--\r\n--out--\r\nepilogue\r\n"
)


def bodies(raw: bytes) -> dict[str, bytes]:
    return {section: raw[each.body : each.end] for section, each in parser.parse(raw).walk()}


def test_sections_are_those_of_imap() -> None:
    found = bodies(MIXED)
    assert list(found) == ["", "1", "2", "2.TEXT", "2.1", "2.2"]
    assert found["1"] == b"hello\r\n"
    assert found["2.1"] == b"one"
    assert found["2.2"] == b"<p>two"


def test_header_and_body_of_a_part() -> None:
    html = parser.parse(MIXED).find("2.2")
    assert html is not None
    assert MIXED[html.start : html.body] == b"Content-Type: text/html\r\n\r\n"
    assert html.content_type == "text/html"


def test_a_single_part_is_section_1() -> None:
    raw = b"Subject: x\n\nbody\n"
    assert bodies(raw) == {"1": b"body\n"}
    assert parser.parse(raw).find("") is not None
    assert parser.parse(raw).find("2") is None


def test_empty_header_and_no_body() -> None:
    assert bodies(b"\r\njust text") == {"1": b"just text"}
    assert bodies(b"Subject: only a header\r\n") == {"1": b""}
    assert bodies(b"") == {"1": b""}


def test_a_delimiter_must_stand_alone_on_its_line() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx --b\n--bb\n--b-\n--b \t\n\ny\n--b--"
    assert bodies(raw)["1"] == b"x --b\n--bb\n--b-"
    assert bodies(raw)["2"] == b"y"


def test_message_cut_off_before_its_closing_delimiter() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo"
    assert bodies(raw)["2"] == b"two"


def test_multipart_without_any_delimiter_is_text() -> None:
    root = parser.parse(b"Content-Type: multipart/mixed; boundary=b\n\nhello\n")
    assert (root.content_type, root.children) == ("text/plain", ())


def test_a_wrong_boundary_is_found_by_its_looks() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=no\n\n--yes\nContent-Type: text/plain\n\none\n--yes--"
    assert bodies(raw)["1"] == b"one"


def test_inner_part_without_its_end_stops_at_the_outer_delimiter() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n"
        b"--i\n\none\n--o\n\ntwo\n--o--\n"
    )
    found = bodies(raw)
    assert found["1.1"] == b"one"
    assert found["2"] == b"two"


def test_digest_holds_messages() -> None:
    raw = b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ninside\n--b--"
    root = parser.parse(raw)
    assert root.children[0].content_type == "message/rfc822"
    assert bodies(raw)["1.1"] == b"inside"


def test_mbox_from_line_is_no_field() -> None:
    raw = b"From alice Mon Jan  1 00:00:00 2001\nContent-Type: text/html\n\nx"
    assert parser.parse(raw).content_type == "text/html"


def test_an_encoded_message_is_not_looked_into() -> None:
    raw = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeA=="
    root = parser.parse(raw)
    assert root.opaque
    assert root.children == ()


def nested(depth: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(depth)
    )


def test_depth_is_bounded() -> None:
    parts = [each for _, each in parser.parse(nested(2000)).walk()]
    assert len(parts) == 51
    assert parts[-1].opaque
    messages = b"Content-Type: message/rfc822\n\n" * 2000
    assert len(list(parser.parse(messages).walk())) == 51


def test_parts_are_bounded_and_the_rest_is_one_leaf() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000 + b"--b--\n"
    children = parser.parse(raw).children
    assert len(children) == 1000
    assert children[-1].opaque
    assert raw[children[-1].body : children[-1].end].count(b"--b\n") > 98_000


def test_many_small_multiparts_share_one_budget() -> None:
    inner = b"--o\nContent-Type: multipart/mixed; boundary=i\n\n" + b"--i\n\nx\n" * 100 + b"--i--\n"
    raw = b"Content-Type: multipart/mixed; boundary=o\n\n" + inner * 100 + b"--o--"
    assert len(list(parser.parse(raw).walk())) <= 1100


def test_names_are_base_names() -> None:
    raw = b'Content-Disposition: attachment; filename="..\\\\..\\\\evil/\xe2\x80\xaegpj.exe"\n\n'
    assert parser.parse(raw).filename == "gpj.exe"


def test_a_long_name_keeps_its_suffix() -> None:
    name = parser.parse(b"Content-Type: a/b; name=" + b"x" * 400 + b".pdf\n\n").filename
    assert len(name) == 255
    assert name.endswith("x.pdf")


@given(st.binary(max_size=400))
def test_never_raises(raw: bytes) -> None:
    check(raw)


PIECES = st.sampled_from(
    [b"--b", b"--b--", b"--i", b"\r\n", b"\n", b"\r", b" ", b"x",
     b"Content-Type: multipart/mixed; boundary=b",
     b"Content-Type: multipart/digest; boundary=i", b"Content-Type: message/rfc822", b": ", b"\xff", b"\0",
     b"Content-Transfer-Encoding: base64", b"Content-Type: text/plain; charset=", b"\r\n\r\n"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map(b"".join))
def test_never_raises_on_what_looks_like_mime(raw: bytes) -> None:
    check(raw)


def check(raw: bytes) -> None:
    """Offsets stay inside the parent and in order; JSON gives the tree back."""
    root = parser.parse(raw, Limits(depth=5, parts=20))
    assert (root.start, root.end) == (0, len(raw))
    for _, each in root.walk():
        assert each.start <= each.body <= each.end
        position = each.body
        for child in each.children:
            assert position <= child.start <= child.end <= each.end
            position = child.end
    assert part.loads(part.dumps(root)) == root
    outline = part.outline(part.dumps(root))
    assert (outline.start, outline.body, outline.end) == (root.start, root.body, root.end)
    assert [section for section, _ in root.walk()] == list(dict(root.walk()))


def test_delimiters_are_found_behind_many_that_are_none() -> None:
    noise = b"--b.\r\n" * 1000
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
        + noise
        + b"\r\n--b\r\n\r\nlast\r\n--b--\r\n"
    )
    found = bodies(raw)
    assert found["1"] == noise
    assert found["2"] == b"last"


def test_an_embedded_file_has_a_section_of_its_own_that_imap_never_shows() -> None:
    raw = b"Subject: x\n\nsee\nbegin 644 plan.pdf\n#0V%T\n`\nend\nbye\n"
    root = parser.parse(raw)
    file = root.find("1.FILE1")
    assert file is not None
    assert (file.filename, content.decoded(raw, file)) == ("plan.pdf", b"Cat")
    assert content.text(raw, root) == "see\nbye\n"
    assert root.children == ()
    assert part.loads(part.dumps(root)) == root
