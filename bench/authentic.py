"""Senders who can be checked: a name server that vouches for all, and messages signed by their domains."""

import re
import socket
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset

from mailserver.authenticity import sign

from .generate import Generated
from .processes import LOOPBACK

_SELECTOR = "bench"
_AUTHOR = re.compile(rb"^From:.*@([a-z.]+)>", re.MULTILINE)


class Vouching:
    """Answers each question for TXT: this machine may send, one key is everybody's, forgeries are refused."""

    def __init__(self) -> None:
        self._private = sign.new_key(sign.RSA)
        self._record = sign.record(self._private)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((LOOPBACK, 0))
        self.server = f"{LOOPBACK}:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def signed(self, messages: Iterable[Generated]) -> list[Generated]:
        """The messages, each signed by the domain of its From."""
        return [replace(message, raw=self._sign(message.raw)) for message in messages]

    def _sign(self, raw: bytes) -> bytes:
        found = _AUTHOR.search(raw)
        assert found is not None
        key = sign.Key(found[1].decode(), _SELECTOR, self._private)
        return sign.sign(raw, [key], datetime.now(UTC)) + raw

    def _serve(self) -> None:
        while True:
            try:
                data, client = self._socket.recvfrom(4096)
            except OSError:
                return
            self._socket.sendto(self._answer(dns.message.from_wire(data)).to_wire(), client)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        question = query.question[0]
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA | dns.flags.RA
        name = question.name.to_text()
        if question.rdtype == dns.rdatatype.TXT:
            text = "v=spf1 ip4:127.0.0.1 -all"
            if "._domainkey." in name:
                text = self._record
            elif name.startswith("_dmarc."):
                text = "v=DMARC1; p=reject"
            strings = " ".join(f'"{text[start : start + 200]}"' for start in range(0, len(text), 200))
            answer.answer.append(dns.rrset.from_text(question.name, 300, "IN", "TXT", strings))
        return answer
