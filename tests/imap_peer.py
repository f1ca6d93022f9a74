"""A small IMAP server on a real socket: folders of messages, and a breaking point."""

import re
import socketserver
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

PASSWORD = "open sesame"


@dataclass
class Folder:
    """A folder: its messages by uid, its attributes as LIST tells them."""

    messages: dict[int, bytes]
    attributes: str = "\\HasNoChildren"
    validity: int = 7
    flags: dict[int, str] = field(default_factory=dict)


class ImapPeer:
    """Answers what an import asks; hangs up before the message that `breaks_at` counts to.

    With `tls` it speaks TLS from the first byte, or after STARTTLS where `starttls` says so.
    """

    def __init__(
        self, folders: dict[str, Folder], tls: ssl.SSLContext | None = None, *, starttls: bool = False
    ) -> None:
        self.folders = folders
        self.tls, self.starttls = tls, starttls
        self.heard: list[str] = []
        self.breaks_at = 0
        self.fetched: list[tuple[str, int]] = []
        peer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(ssl.SSLError):
                    _Session(peer, self).run()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Session:
    def __init__(self, peer: ImapPeer, handler: socketserver.StreamRequestHandler) -> None:
        self.peer, self.handler, self.selected = peer, handler, ""
        self.is_secure = False

    def run(self) -> None:
        if self.peer.tls and not self.peer.starttls:
            self.encrypt(self.peer.tls)
        self.say("* OK ready")
        while line := self.handler.rfile.readline().decode().strip():
            self.peer.heard.append(line)
            tag, _, rest = line.partition(" ")
            verb = (
                rest.split(" ")[0].upper() if not rest.upper().startswith("UID") else rest.upper().split()[1]
            )
            if verb == "LOGIN":
                good = rest.endswith(f'"{PASSWORD}"')
                self.say(f"{tag} {'OK' if good else 'NO'} login")
                continue
            if getattr(self, verb.lower(), self.other)(rest) is False:
                return
            self.say(f"{tag} OK done")
            if verb == "STARTTLS" and self.peer.tls:
                self.encrypt(self.peer.tls)
            if verb == "LOGOUT":
                return

    def say(self, line: str, data: bytes = b"") -> None:
        self.handler.wfile.write(line.encode() + data + b"\r\n")

    def encrypt(self, tls: ssl.SSLContext) -> None:
        wrapped = tls.wrap_socket(self.handler.request, server_side=True)
        self.handler.rfile, self.handler.wfile = wrapped.makefile("rb"), wrapped.makefile("wb", buffering=0)
        self.is_secure = True

    def other(self, _rest: str) -> None:
        return

    def capability(self, _rest: str) -> None:
        offers = " STARTTLS LOGINDISABLED" if self.peer.starttls and not self.is_secure else ""
        self.say(f"* CAPABILITY IMAP4rev1{offers}")

    def list(self, _rest: str) -> None:
        for name, folder in self.peer.folders.items():
            self.say(f'* LIST ({folder.attributes}) "/" "{name}"')

    def status(self, rest: str) -> None:
        name = rest.split('"')[1]
        folder = self.peer.folders[name]
        next_uid = max(folder.messages, default=0) + 1
        count = len(folder.messages)
        self.say(f'* STATUS "{name}" (MESSAGES {count} UIDVALIDITY {folder.validity} UIDNEXT {next_uid})')

    def examine(self, rest: str) -> None:
        self.selected = rest.split('"')[1]
        self.say(f"* {len(self.peer.folders[self.selected].messages)} EXISTS")

    def search(self, rest: str) -> None:
        first, last = map(int, re.findall(r"\d+", rest)[-2:])
        found = [uid for uid in self.peer.folders[self.selected].messages if first <= uid <= last]
        self.say(f"* SEARCH {' '.join(map(str, found))}")

    def fetch(self, rest: str) -> bool:
        folder = self.peer.folders[self.selected]
        uids = [int(uid) for uid in re.findall(r"\d+", rest.split(" ")[2])]
        for number, uid in enumerate(uids, 1):
            raw = folder.messages[uid]
            if "HEADER.FIELDS" in rest:
                found = re.search(rb"^Message-ID:.*\r\n", raw, re.MULTILINE)
                data = (found[0] if found else b"") + b"\r\n"
                told = f'UID {uid} RFC822.SIZE {len(raw)} INTERNALDATE "17-Jul-2026 02:44:25 -0700"'
                flags = folder.flags.get(uid, "")
                self.say(
                    f"* {number} FETCH ({told} BODY[HEADER.FIELDS (MESSAGE-ID)] {{{len(data)}}}\r\n",
                    data + f" FLAGS ({flags}))".encode(),
                )
                continue
            if self.peer.breaks_at and len(self.peer.fetched) + 1 >= self.peer.breaks_at:
                self.peer.breaks_at = 0
                return False
            self.peer.fetched.append((self.selected, uid))
            self.say(f"* {number} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n", raw + b")")
        return True
