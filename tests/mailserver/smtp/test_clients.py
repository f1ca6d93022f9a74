"""Well-bred clients are served: smtplib, and curl where it is installed."""

import shutil
import smtplib
import subprocess
from pathlib import Path

import pytest

from .memory import RunningServer


def test_smtplib_refused_recipients_and_8bit(server: RunningServer) -> None:
    with smtplib.SMTP(*server.address, timeout=10) as client:
        refused = client.sendmail(
            "a@there.test", ["bob@here.test", "nobody@here.test"], "Subject: 你好\r\n\r\n.\r\n".encode()
        )
    assert refused == {"nobody@here.test": (550, b"5.1.1 No such user here")}
    [envelope] = server.backend.stored
    assert envelope.content == "Subject: 你好\r\n\r\n.\r\n".encode()


def test_smtplib_null_sender(server: RunningServer) -> None:
    with smtplib.SMTP(*server.address, timeout=10) as client:
        client.sendmail("", ["bob@here.test"], b"Subject: report\r\n")
    assert server.backend.stored[0].mail_from == ""


@pytest.mark.clients
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl(server: RunningServer, tmp_path: Path) -> None:
    content = b"Subject: curl\r\n\r\n.dots\r\n..more\r\n"
    (tmp_path / "message").write_bytes(content)
    host, port = server.address
    command = ["curl", "-sS", f"smtp://{host}:{port}/client.test", "--mail-from", "a@there.test"]
    command += ["--mail-rcpt", "bob@here.test", "--upload-file", str(tmp_path / "message")]
    subprocess.run(command, check=True, timeout=20)
    assert server.backend.stored[0].content == content
