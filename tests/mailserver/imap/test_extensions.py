"""What goes beyond IMAP4rev1, as far as it is announced."""

import socket
import zlib

import pytest

from .memory import RawClient, RunningServer

LETTERS = (
    ("b", "Re: Plans", "Bob <bob@there.test>", "Sun, 22 Nov 2026 12:00:00 +0000", "2@x", "<1@x>"),
    ("a", "Plans", "Ann <ann@there.test>", "Sat, 21 Nov 2026 12:00:00 +0000", "1@x", ""),
    ("ccc", "_", "Zoe <zoe@there.test>", "Mon, 23 Nov 2026 12:00:00 +0000", "3@x", "<2@x>"),
)


@pytest.fixture
def filled(server: RunningServer, client: RawClient) -> RawClient:
    """Three letters in INBOX, which is selected."""
    for text, subject, sender, date, own, above in LETTERS:
        lines = [f"From: {sender}", f"Subject: {subject}", f"Date: {date}", f"Message-ID: <{own}>"]
        raw = "\r\n".join([*lines, *([f"References: {above}"] if above else []), "", text]).encode()
        client.send(b"a APPEND INBOX {%d+}\r\n%b\r\n" % (len(raw), raw))
        assert client.line().startswith("a OK")
    client.ask("SELECT INBOX")
    return client


def test_condstore(filled: RawClient) -> None:
    assert filled.ask("FETCH 1:3 (MODSEQ)")[0] == "* OK [HIGHESTMODSEQ 4] The newest change"
    assert filled.ask("FETCH 1:3 (UID MODSEQ)")[:2] == [
        "* 1 FETCH (UID 1 MODSEQ (2))",
        "* 2 FETCH (UID 2 MODSEQ (3))",
    ]
    assert filled.ask("STORE 1:2 (UNCHANGEDSINCE 2) +FLAGS.SILENT (\\Seen)") == [
        "* 1 FETCH (UID 1 MODSEQ (5))",
        "OK [MODIFIED 2] STORE completed",
    ]
    assert filled.ask("FETCH 1:* (FLAGS) (CHANGEDSINCE 4)") == [
        "* 1 FETCH (FLAGS (\\Recent \\Seen) MODSEQ (5))",
        "OK FETCH completed",
    ]
    assert filled.ask("SEARCH MODSEQ 4") == ["* SEARCH 1 3 (MODSEQ 5)", "OK SEARCH completed"]
    assert filled.ask("STATUS INBOX (HIGHESTMODSEQ)")[0] == "* STATUS INBOX (HIGHESTMODSEQ 5)"


def test_flags_are_told_where_nothing_changed_too(server: RunningServer, filled: RawClient) -> None:
    told = ["* 1 FETCH (UID 1 FLAGS (\\Recent \\Seen))", "OK STORE completed"]
    assert filled.ask("STORE 1 +FLAGS (\\Seen)") == told
    assert filled.ask("STORE 1 +FLAGS (\\Seen)") == told
    assert filled.ask("STORE 1 +FLAGS.SILENT (\\Seen)") == ["OK STORE completed"]
    other = RawClient(server.connect())
    other.log_in()
    other.ask("SELECT INBOX")
    other.ask("STORE 2 +FLAGS (\\Deleted)")
    other.ask("EXPUNGE")
    assert filled.ask("STORE 1:2 +FLAGS (\\Seen)")[-1].startswith("NO [EXPUNGEISSUED]")
    other.close()


def test_qresync(server: RunningServer, filled: RawClient) -> None:
    other = RawClient(server.connect())
    other.log_in()
    assert other.ask("SELECT INBOX (QRESYNC (1 4))") == ["BAD Enable QRESYNC first"]
    assert other.ask("ENABLE QRESYNC FLIES")[0] == "* ENABLED QRESYNC"
    filled.ask("STORE 2 +FLAGS (\\Deleted)")
    filled.ask("EXPUNGE")
    filled.ask("STORE 1 +FLAGS (\\Flagged)")
    opened = other.ask("SELECT INBOX (QRESYNC (1 4 1:3 (1:3 1:3)))")
    assert opened[-3:-1] == ["* VANISHED (EARLIER) 2", "* 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (7))"]
    assert "VANISHED" not in " ".join(other.ask("SELECT INBOX (QRESYNC (99 4))"))
    filled.ask("STORE 2 +FLAGS (\\Deleted)")
    filled.ask("EXPUNGE")
    assert other.ask("NOOP") == ["* VANISHED 3", "OK NOOP completed"]
    assert other.ask("UID FETCH 1:9 (FLAGS) (CHANGEDSINCE 4 VANISHED)")[0] == "* VANISHED (EARLIER) 2:3"
    other.close()


def test_esearch_and_its_result(filled: RawClient) -> None:
    assert filled.ask("SEARCH RETURN (MIN MAX COUNT ALL) TEXT b")[1:] == ["OK SEARCH completed"]
    lines = filled.ask("UID SEARCH RETURN (COUNT) ALL")
    assert lines[0].endswith("UID COUNT 3")
    assert filled.ask("SEARCH RETURN (SAVE) FROM zoe") == ["OK SEARCH completed"]
    assert filled.ask("FETCH $ UID") == ["* 3 FETCH (UID 3)", "OK FETCH completed"]
    assert filled.ask("UID SEARCH RETURN (ALL) OR $ UID 1")[0].endswith("UID ALL 1,3")
    assert filled.ask("SEARCH RETURN (FLIES) ALL")[0].startswith("BAD ")


def test_sort(filled: RawClient) -> None:
    found = {
        "SUBJECT": "1 2 3",
        "DATE": "2 1 3",
        "REVERSE DATE": "3 1 2",
        "FROM": "2 1 3",
        "REVERSE SIZE": "1 3 2",
        "SUBJECT REVERSE ARRIVAL": "1 2 3",
        "DISPLAYFROM": "2 1 3",
    }
    said = {keys: filled.ask(f"SORT ({keys}) UTF-8 ALL")[0].removeprefix("* SORT ") for keys in found}
    assert said == found
    assert filled.ask("SORT (FLIES) UTF-8 ALL")[0].startswith("BAD ")
    assert filled.ask("UID SORT RETURN (MIN) (DATE) UTF-8 ALL")[0].endswith("UID MIN 2")


def test_letters_with_accents_stand_beside_those_without(client: RawClient) -> None:
    for subject in ("V", "Über", "Uz", "über"):
        raw = f"Subject: {subject}\r\n\r\n".encode()
        client.send(b"a APPEND INBOX {%d+}\r\n%b\r\n" % (len(raw), raw))
        assert client.line().startswith("a OK")
    client.ask("SELECT INBOX")
    assert client.ask("SORT (SUBJECT) UTF-8 ALL")[0] == "* SORT 3 2 4 1"
    assert client.ask('SEARCH CHARSET UTF-8 SUBJECT "U\u0308ber"')[0] == "* SEARCH 2 4"


@pytest.mark.parametrize(
    ("algorithm", "said"), [("REFERENCES", "(2 1 3)"), ("ORDEREDSUBJECT", "(2 1)(3)"), ("FLIES", "")]
)
def test_thread(filled: RawClient, algorithm: str, said: str) -> None:
    lines = filled.ask(f"THREAD {algorithm} UTF-8 ALL")
    assert lines[0] == f"* THREAD {said}" if said else lines[0].startswith("BAD ")


def test_a_long_chain_of_references_is_threaded(client: RawClient) -> None:
    for number in range(60):
        above = " ".join(f"<{each}@x>" for each in range(number))
        raw = f"Subject: s{number}\r\nMessage-ID: <{number}@x>\r\nReferences: {above}\r\n\r\n".encode()
        client.send(b"a APPEND INBOX {%d+}\r\n%b\r\n" % (len(raw), raw))
        assert client.line().startswith("a OK")
    client.ask("SELECT INBOX")
    [line, _] = client.ask("THREAD REFERENCES UTF-8 ALL")
    assert line == f"* THREAD ({' '.join(map(str, range(1, 61)))})"


def test_compression(filled: RawClient) -> None:
    assert filled.ask("COMPRESS ZIP")[0].startswith("NO [CANNOT]")
    assert filled.ask("COMPRESS DEFLATE") == ["OK COMPRESS completed"]
    pack, unpack = zlib.compressobj(wbits=-15), zlib.decompressobj(-15)
    packed = pack.compress(b"1 FETCH 1:3 UID\r\n2 NOOP\r\n" + b"3 NOOP\r\n" * 20_000) + pack.flush(
        zlib.Z_SYNC_FLUSH
    )
    assert len(packed) < 2000
    filled.peer.sendall(packed)
    said = _until(filled.peer, unpack, b"3 OK NOOP completed\r\n", 20_000)
    assert said.startswith(b"* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\n")
    assert b"2 OK NOOP completed" in said


def _until(peer: socket.socket, unpack: "zlib._Decompress", wanted: bytes, times: int) -> bytes:
    said = b""
    while said.count(wanted) < times:
        said += unpack.decompress(peer.recv(65536))
    return said


def test_imap4rev2(filled: RawClient) -> None:
    filled.send(b"a APPEND INBOX ~{15+}\r\nSubject: \xc3\xa9\r\n\r\n\r\n")
    assert [filled.line() for _ in range(3)][:2] == ["* 4 EXISTS", "* 4 RECENT"]
    assert filled.ask("ENABLE IMAP4rev2")[0] == "* ENABLED IMAP4REV2"
    opened = filled.ask("SELECT INBOX")
    assert opened[0] == "* OK [CLOSED] The mailbox before is closed"
    assert '* LIST () "/" INBOX' in opened
    assert not any("RECENT" in line for line in opened)
    assert filled.ask("SEARCH SUBJECT plans")[0].endswith(" ALL 1:2")
    assert filled.ask('CREATE "Käse"')[-1].startswith("OK")
    assert '* LIST (\\HasNoChildren) "/" "Käse"' in filled.ask('LIST "" *')


def test_binary_and_quota(client: RawClient) -> None:
    raw = b"Content-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n\r\nR0lG\r\nODlh\r\n"
    client.send(b"a APPEND INBOX {%d+}\r\n%b\r\n" % (len(raw), raw))
    client.line()
    client.ask("SELECT INBOX")
    lines = client.ask("FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1])")
    assert lines[:2] == ["* 1 FETCH (BINARY.SIZE[1] 6 BINARY[1] {6}", "GIF89a)"]
    assert client.ask("GETQUOTAROOT INBOX")[:2] == ['* QUOTAROOT INBOX ""', '* QUOTA "" (STORAGE 1 976562)']
    assert client.ask("GETQUOTA x")[0].startswith("NO ")


def test_names_of_objects(filled: RawClient) -> None:
    assert filled.ask("FETCH 1 (EMAILID THREADID)")[0] == "* 1 FETCH (EMAILID (M1) THREADID (T1))"
    assert filled.ask("SEARCH EMAILID M2")[0] == "* SEARCH 2"
    assert filled.ask("STATUS INBOX (MAILBOXID SIZE DELETED)")[0].startswith(
        "* STATUS INBOX (MAILBOXID (F1) SIZE "
    )
    assert filled.ask("FETCH 1 (PREVIEW SAVEDATE)")[0].startswith('* 1 FETCH (PREVIEW "b" SAVEDATE "')


def test_within(filled: RawClient) -> None:
    assert filled.ask("SEARCH YOUNGER 1")[0] == "* SEARCH"
    assert filled.ask("SEARCH OLDER 99999999999999")[0] == "* SEARCH"
    assert filled.ask("SEARCH OLDER 1")[0] == "* SEARCH 1 2 3"
