"""A server of its own with alice@crepes.test, the site of each mode, and letters delivered by SMTP."""
# ruff: noqa: E501

import base64
import os
import re
import smtplib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext

from tests.flows.servers import PASSWORD, ROOT, Installation, free_ports, wait_for

from .witness import Elsewhere, Findings, Witness

ALICE = "alice@crepes.test"
MODES = {"as built": "", "sanitiser off": "sanitiser", "frame off": "frame", "both off": "sanitiser,frame"}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-pings",
)
BATCH = 30


class Harness:
    """Everything that is started; `close` ends it."""

    def __init__(self, folder: Path) -> None:
        self.installation = Installation("crepes.test", folder, {"SMTP_CONNECTIONS_PER_MINUTE": "100000"})
        self.installation.start()
        self.installation.add(ALICE)
        self.log = folder / "modes.log"
        self.sites = {"as built": self.installation.site}
        self._processes: list[subprocess.Popen[bytes]] = []
        self.batches = 0

    def site(self, mode: str) -> str:
        """The address of the site in this mode, started when first asked for."""
        if mode not in self.sites:
            self.sites[mode] = self._start(MODES[mode])
        return self.sites[mode]

    def _start(self, off: str) -> str:
        port = free_ports(1)[0]
        given = {"HTTP_LISTEN": f"127.0.0.1:{port}", "SITE_URL": "", "HOSTILE_OFF": off}
        command = [sys.executable, "-m", "granian", "--interface", "asginl", "--no-ws", "--host", "127.0.0.1"]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*command, "--port", str(port), "tests.browser.hostile.site:application"],
                env=os.environ | self.installation.environment | given,
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        self._processes.append(process)
        site = f"http://127.0.0.1:{port}"
        wait_for(lambda: _answers(site))
        return site

    def deliver(self, vectors: Sequence[str]) -> None:
        """Send one letter for each vector in one connection, all of one conversation."""
        self.batches += 1
        first = f"<batch-{self.batches}@hamburger.test>"
        host, port = self.installation.smtp.split(":")
        with smtplib.SMTP(host, int(port)) as smtp:
            for number, vector in enumerate(vectors):
                own = f"<{number}-{self.batches}@hamburger.test>"
                smtp.sendmail("bob@hamburger.test", [ALICE], letter(vector, self.batches, own, first))

    def close(self) -> None:
        """End all processes."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(10)
        self.installation.stop()


class Reader:
    """Alice's window on the site of one mode."""

    def __init__(self, harness: Harness, browser: Browser, mode: str, elsewhere: Elsewhere) -> None:
        self.harness = harness
        self.site = harness.site(mode)
        self.context = browser.new_context(
            viewport={"width": 1366, "height": 9000}, locale="en-GB", service_workers="block"
        )
        _sign_in(self.context, self.site)
        self.witness = Witness(self.context, self.site, elsewhere)

    def read(self, vectors: Sequence[str]) -> Findings:
        """Deliver the vectors and open their conversation."""
        self.harness.deliver(vectors)
        page = self.context.request.get(f"{self.site}/mail/inbox/").text()
        batch = rf'id="t(\d+)"(?:(?!id="t\d)[\s\S])*?Batch {self.harness.batches}\b'
        newest = re.search(batch, page)
        assert newest is not None
        return self.witness.open(f"/conversations/{newest[1]}/?in=inbox", len(vectors))

    def guilty(self, vectors: Sequence[str]) -> list[tuple[str, list[str]]]:
        """Read in batches; the vectors that did something, as few together as do it, with what they did."""
        found: list[tuple[str, list[str]]] = []
        for start in range(0, len(vectors), BATCH):
            found += self._narrow(vectors[start : start + BATCH])
        return found

    def _narrow(self, vectors: Sequence[str]) -> list[tuple[str, list[str]]]:
        did = list(self.read(vectors))
        if not did or len(vectors) == 1:
            return [(vectors[0], did)] if did else []
        middle = len(vectors) // 2
        return self._narrow(vectors[:middle]) + self._narrow(vectors[middle:]) or [("\n".join(vectors), did)]


def letter(vector: str, batch: int, message_id: str, first: str) -> bytes:
    """The vector as an HTML mail."""
    head = (
        f"From: Mallory <bob@hamburger.test>\r\nTo: {ALICE}\r\nSubject: Batch {batch}\r\nMessage-ID: {message_id}\r\n"
        f"References: {first}\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(vector.encode("utf-8", "replace")).replace(b"\n", b"\r\n")


def _sign_in(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(f"{site}/sign-in/")
    page.locator("input[name=address]").fill(ALICE)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/mail/inbox/")
    page.close()


def _answers(site: str) -> bool:
    try:
        with urlopen(f"{site}/sign-in/", timeout=5):
            return True
    except OSError:
        return False
