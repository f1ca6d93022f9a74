"""Well-bred clients are served: imaplib, and curl where it is installed."""

import imaplib
import shutil
import subprocess
from pathlib import Path

import pytest

from .memory import PASSWORD, RunningServer

RAW = b"Subject: caf\xc3\xa9\r\n\r\nhello\r\n"


def test_imaplib(server: RunningServer) -> None:
    with imaplib.IMAP4(*server.address, timeout=20) as program:
        program.login("alice@here.test", PASSWORD)
        assert program.append("INBOX", "\\Seen", imaplib.Time2Internaldate(0), RAW)[0] == "OK"
        program.select("INBOX")
        program.literal = "CAFÉ".encode()  # type: ignore[assignment]
        assert program.search("UTF-8", "SUBJECT") == ("OK", [b"1"])
        [(_, raw), _] = program.fetch("1", "(RFC822)")[1]  # type: ignore[misc]
        assert raw == RAW
        assert program.uid("MOVE", "1", "Trash")[0] == "OK"
        assert program.status("Trash", "(MESSAGES)")[1] == [b"Trash (MESSAGES 1)"]


@pytest.mark.clients
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl(server: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "message").write_bytes(RAW)
    host, port = server.address
    site = f"imap://{host}:{port}"

    def curl(*arguments: str) -> bytes:
        command = ["curl", "-sS", "--user", f"alice@here.test:{PASSWORD}", *arguments]
        return subprocess.run(command, check=True, capture_output=True, timeout=20).stdout

    curl(f"{site}/INBOX", "--upload-file", str(tmp_path / "message"))
    assert curl(f"{site}/INBOX;UID=1") == RAW
    assert curl(f"{site}/INBOX;UID=1/;SECTION=TEXT") == b"hello\r\n"
    assert curl(f"{site}/INBOX?SUBJECT%20caf") == b"* SEARCH 1\r\n"
