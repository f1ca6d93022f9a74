"""Web servers that play a script, and a resolver by rote, to try the guards of outgoing requests with."""

import re
import socket
import ssl
import threading
from collections.abc import Callable

from mailserver.dns import NoSuchNameError

type Script = Callable[[socket.socket], None]


class Names:
    """A resolver by rote; each name may answer differently each time it is asked."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def addresses(self, host: str) -> list[str]:
        self.asked.append(host)
        key = host.split(".", maxsplit=1)[0]
        if key not in self.answers:
            raise NoSuchNameError(host)
        answers = self.answers[key]
        return answers.pop(0) if len(answers) > 1 else answers[0]


class Server:
    """Plays one script for each connection, and keeps the requests."""

    def __init__(self, *scripts: Script | bytes, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self._scripts = list(scripts)
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        for script in self._scripts:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            with peer:
                try:
                    self._play(script, peer)
                except OSError:
                    continue

    def _play(self, script: Script | bytes, peer: socket.socket) -> None:
        if self._tls:
            peer = self._tls.wrap_socket(peer, server_side=True)
        request = b""
        while b"\r\n\r\n" not in request:
            received = peer.recv(4096)
            if not received:
                return
            request += received
        length = re.search(rb"Content-Length: (\d+)", request)
        head, _, body = request.partition(b"\r\n\r\n")
        while length and len(body) < int(length[1]):
            body += peer.recv(4096)
        self.requests.append(head + b"\r\n\r\n" + body)
        if callable(script):
            script(peer)
        else:
            peer.sendall(script)

    def close(self) -> None:
        self._listener.close()
