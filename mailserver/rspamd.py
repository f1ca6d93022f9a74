"""What rspamd says of a message: one POST /checkv2 with the message and its envelope, one JSON back."""

import http.client
import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

from .smtp.envelope import Envelope, Opinion

_MOST_OCTETS = 1 << 20
_MOST_SYMBOLS = 8
_PORT = 11333
_NO_ANSWER = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


class RspamdError(Exception):
    """It gave no answer, for the reason given."""


def check(url: str, envelope: Envelope, seconds: float) -> Opinion:
    """Ask the server at `url`, as http://host:11333, for about so many seconds; raises RspamdError."""
    deadline = time.monotonic() + seconds
    try:
        answer = _exchange(url, envelope, deadline)
        return _read(json.loads(answer))
    except (OSError, http.client.HTTPException, *_NO_ANSWER) as error:
        # What is no answer in the form agreed on is none: nothing of it is believed.
        raise RspamdError(f"{type(error).__name__}: {error}") from error


def _exchange(url: str, envelope: Envelope, deadline: float) -> bytes:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port or _PORT, timeout=_left(deadline))
    try:
        connection.putrequest("POST", f"{parts.path.rstrip('/')}/checkv2", skip_accept_encoding=True)
        for name, value in _headers(envelope):
            connection.putheader(name, value)
        connection.endheaders(envelope.content)
        # The connection forgets its socket once the answer has begun.
        dialled = connection.sock
        dialled.settimeout(_left(deadline))
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise RspamdError(f"answered {response.status}")
        return _body(dialled, response, deadline)
    finally:
        connection.close()


def _headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    fields = [("Content-Length", str(len(envelope.content))), ("IP", envelope.peer.ip)]
    fields += [("Helo", envelope.peer.helo), ("From", envelope.mail_from)]
    fields += [("Rcpt", recipient) for recipient in envelope.recipients]
    return [(name, value.encode()) for name, value in fields]


def _body(dialled: socket.socket, response: http.client.HTTPResponse, deadline: float) -> bytes:
    """Read the answer: a peer that sends a byte now and then passes every timeout but this."""
    pieces = bytearray()
    while piece := response.read1(_MOST_OCTETS):
        pieces += piece
        if len(pieces) > _MOST_OCTETS:
            raise RspamdError("answered too much")
        left = _left(deadline)
        if not response.isclosed():
            dialled.settimeout(left)
    return bytes(pieces)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("too slow")
    return left


def _read(answer: dict[str, Any]) -> Opinion:
    """Take the action and what raised the score, the most first."""
    symbols = {str(name): float(found["score"]) for name, found in answer.get("symbols", {}).items()}
    raised = sorted((name for name in symbols if symbols[name] > 0), key=lambda name: -symbols[name])
    return Opinion(
        str(answer["action"]), float(answer["score"]), tuple(name[:64] for name in raised[:_MOST_SYMBOLS])
    )
