"""A small name server on a real socket that answers from a table."""

import socket
import threading
from collections.abc import Collection
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

SERVFAIL = "SERVFAIL"
SILENCE = "SILENCE"
_LONGEST_CHAIN = 8


class Names:
    """`records` maps a name to {type: [values]}, or to SERVFAIL or SILENCE; other names don't exist.

    Answers about the `validated` names bear the flag of a resolver that checked their signatures.
    """

    def __init__(
        self, records: dict[str, dict[str, list[str]] | str], *, validated: Collection[str] = ()
    ) -> None:
        self.records = records
        self.validated = validated
        self.questions: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.server = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                data, client = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            answer = self._answer(dns.message.from_wire(data))
            if answer:
                self._socket.sendto(answer.to_wire(), client)

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        owner = question.name
        kind = dns.rdatatype.to_text(question.rdtype)
        self.questions.append((name, kind))
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA | dns.flags.RA
        if name in self.validated:
            answer.flags |= dns.flags.AD
        found = self.records.get(name)
        for _ in range(0 if kind == "CNAME" else _LONGEST_CHAIN):
            if not isinstance(found, dict) or "CNAME" not in found:
                break
            answer.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", *found["CNAME"]))
            owner = dns.name.from_text(found["CNAME"][0])
            found = self.records.get(owner.to_text(omit_final_dot=True).lower())
        if found == SILENCE:
            return None
        if isinstance(found, str):
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif found is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif kind in found:
            answer.answer.append(dns.rrset.from_text(owner, 60, "IN", kind, *found[kind]))
        return answer
