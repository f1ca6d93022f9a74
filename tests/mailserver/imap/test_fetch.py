"""What FETCH tells of a message, to the byte."""

from mailserver.imap import fetching

from .memory import RawClient, RunningServer

INNER = (
    b"Subject: inner\r\nFrom: Bob <bob@there.test>\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n"
    b"--y\r\n\r\nplain\r\n"
    b"--y\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+Ym9sZDwvYj4=\r\n"
    b"--y--\r\n"
)
OUTER = (
    b"Subject: outer\r\nX-Long: a\r\n\tb\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nfirst\r\n"
    b"--x\r\nContent-Type: message/rfc822\r\n\r\n" + INNER + b"\r\n--x--\r\n"
)


def _append(client: RawClient, raw: bytes) -> None:
    client.send(b"a APPEND INBOX {%d+}\r\n%b\r\n" % (len(raw), raw))
    assert client.line().startswith("a OK [APPENDUID")


def _section(client: RawClient, section: str) -> bytes | None:
    """The octets of one section, None for NIL."""
    client.send(f"f FETCH 1 BODY.PEEK[{section}]\r\n".encode())
    head = client.answers.readline()
    if head.endswith(b"NIL)\r\n"):
        client.line()
        return None
    size = int(head[head.rindex(b"{") + 1 : -3])
    octets = client.answers.read(size)
    assert client.line() == ")"
    assert client.line() == "f OK FETCH completed"
    return octets


def test_sections_of_a_message_within_a_message(client: RawClient) -> None:
    _append(client, OUTER)
    client.ask("SELECT INBOX")
    outer_header, _, _ = OUTER.partition(b"\r\n\r\n")
    inner_header, _, inner_text = INNER.partition(b"\r\n\r\n")
    sections = {
        "": OUTER,
        "HEADER": outer_header + b"\r\n\r\n",
        "TEXT": OUTER[len(outer_header) + 4 :],
        "HEADER.FIELDS (x-long)": b"X-Long: a\r\n\tb\r\n\r\n",
        "HEADER.FIELDS.NOT (X-LONG CONTENT-TYPE)": b"Subject: outer\r\n\r\n",
        "1": b"first",
        "1.MIME": b"Content-Type: text/plain; charset=utf-8\r\n\r\n",
        "2": INNER,
        "2.HEADER": inner_header + b"\r\n\r\n",
        "2.TEXT": inner_text,
        "2.HEADER.FIELDS (SUBJECT)": b"Subject: inner\r\n\r\n",
        "2.1": b"plain",
        "2.2": b"PGI+Ym9sZDwvYj4=",
        "2.2.MIME": b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        "1.HEADER": None,
        "1.1": None,
        "3": None,
        "2.3": None,
    }
    assert {name: _section(client, name) for name in sections} == sections


def test_what_is_no_section_is_refused(client: RawClient) -> None:
    _append(client, OUTER)
    client.ask("SELECT INBOX")
    for item in ("BODY[MIME]", "BODY[0]", "BODY[1..2]", "BODY[HEADER.FIELDS ()]", "BODY[]<0.0>", "FLIES"):
        assert client.ask(f"FETCH 1 {item}")[-1].startswith("BAD "), item


def test_a_single_text_is_its_own_first_part(client: RawClient) -> None:
    _append(client, b"Subject: x\r\n\r\nonly\r\n")
    client.ask("SELECT INBOX")
    assert _section(client, "1") == b"only\r\n"
    assert _section(client, "1.MIME") == b"Subject: x\r\n\r\n"
    assert _section(client, "1.1") is None


def test_envelope_and_structure(client: RawClient) -> None:
    _append(client, OUTER)
    client.ask("SELECT INBOX")
    [line, _] = client.ask("FETCH 1 ENVELOPE")
    assert line == '* 1 FETCH (ENVELOPE (NIL "outer" NIL NIL NIL NIL NIL NIL NIL NIL))'
    [line, _] = client.ask("FETCH 1 BODY")
    ascii_ = '("charset" "us-ascii") NIL NIL'
    inner = f'(("text" "plain" {ascii_} "7bit" 5 0)("text" "html" {ascii_} "base64" 16 0) "alternative")'
    envelope = (
        '(NIL "inner" (("Bob" NIL "bob" "there.test")) (("Bob" NIL "bob" "there.test"))'
        ' (("Bob" NIL "bob" "there.test")) NIL NIL NIL NIL NIL)'
    )
    assert line.startswith(
        '* 1 FETCH (BODY (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 0)'
        f'("message" "rfc822" NIL NIL NIL "7bit" {len(INNER)} {envelope} {inner} '
    )
    assert line.endswith(' "mixed"))')


def test_a_route_is_told(client: RawClient) -> None:
    _append(client, b"To: <@route:bob@there.test>\r\n\r\n")
    client.ask("SELECT INBOX")
    [line, _] = client.ask("FETCH 1 ENVELOPE")
    assert '((NIL "@route" "bob" "there.test"))' in line


def test_a_local_part_is_told_without_its_quotes(client: RawClient) -> None:
    _append(client, b'From: Ana <"ana \\"r\\" ruiz"@crepes.test>\r\n\r\n')
    client.ask("SELECT INBOX")
    [line, _] = client.ask("FETCH 1 ENVELOPE")
    assert '(("Ana" NIL "ana \\"r\\" ruiz" "crepes.test"))' in line


def test_the_header_has_its_empty_line_also_where_a_parameter_ends_it_badly(client: RawClient) -> None:
    _append(client, b'Content-Type: multipart/mixed;\r\nboundary="b"\r\n\r\n--b\r\n\r\ntext\r\n--b--\r\n')
    client.ask("SELECT INBOX")
    assert _section(client, "HEADER") == b'Content-Type: multipart/mixed;\r\nboundary="b"\r\n\r\n'
    assert _section(client, "1") == b"text"


def test_an_indented_first_field_is_one_of_the_fields(client: RawClient) -> None:
    _append(client, b" From: ana@crepes.test\r\nTo: bo@harbour.test\r\n\r\ntext\r\n")
    client.ask("SELECT INBOX")
    assert _section(client, "HEADER.FIELDS (FROM)") == b" From: ana@crepes.test\r\n\r\n"
    assert _section(client, "HEADER.FIELDS.NOT (TO)") == b" From: ana@crepes.test\r\n\r\n"


def test_what_cannot_be_quoted_is_a_literal(client: RawClient) -> None:
    _append(client, "Subject: caffè\r\n\r\n".encode())
    client.ask("SELECT INBOX")
    lines = client.ask("FETCH 1 ENVELOPE")
    assert lines[:2] == ["* 1 FETCH (ENVELOPE (NIL {6}", "caffè NIL NIL NIL NIL NIL NIL NIL NIL))"]


def test_a_large_message_streams_and_is_whole(client: RawClient) -> None:
    raw = b"Subject: large\r\n\r\n" + b"".join(b"%07d\r\n" % number for number in range(300_000))
    assert len(raw) > fetching.LARGE
    _append(client, raw)
    client.ask("SELECT INBOX")
    assert _section(client, "") == raw
    client.send(b"p FETCH 1 BODY.PEEK[]<1000000.12>\r\n")
    assert client.line() == "* 1 FETCH (BODY[]<1000000> {12}"
    assert client.answers.read(12) == raw[1_000_000:1_000_012]


def test_what_another_session_expunged_is_not_told_during_fetch(
    server: RunningServer, client: RawClient
) -> None:
    for number in range(3):
        _append(client, b"Subject: %d\r\n\r\n" % number)
    client.ask("SELECT INBOX")
    other = RawClient(server.connect())
    other.log_in()
    other.ask("SELECT INBOX")
    other.ask("STORE 1 +FLAGS.SILENT (\\Deleted)")
    assert other.ask("EXPUNGE") == ["* 1 EXPUNGE", "OK EXPUNGE completed"]
    lines = client.ask("FETCH 1:3 UID")
    assert lines[:2] == ["* 2 FETCH (UID 2)", "* 3 FETCH (UID 3)"]
    assert lines[-1].startswith("OK [EXPUNGEISSUED]")
    assert client.ask("NOOP") == ["* 1 EXPUNGE", "OK NOOP completed"]
    assert client.ask("FETCH 1 UID")[0] == "* 1 FETCH (UID 2)"
    other.close()
