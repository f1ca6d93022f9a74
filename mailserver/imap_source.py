"""Mail on another IMAP server (RFC 9051, RFC 3501), read and left as it is."""

import imaplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from . import imap_answers as answers
from .dns import NoAnswerError, NoSuchNameError, Resolver, is_public
from .imap_answers import Folder, Head
from .web import addresses_of

PORTS: Mapping[int, str] = {993: "tls", 143: "starttls"}
_PATIENCE = 60.0  # seconds for each read
_UIDS_AT_ONCE = 100_000
_MOST_WINDOWS = 2_000


class SourceError(Exception):
    """There is no way to go on; `code` is host, private, insecure, login or closed, `is_final` for good."""

    def __init__(self, code: str, *, is_final: bool = False) -> None:
        super().__init__(code)
        self.code, self.is_final = code, is_final


@dataclass(frozen=True, slots=True)
class Where:
    """A server: `is_trusted` may be inside our own network, and speak without TLS."""

    host: str
    port: int
    is_trusted: bool = False


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a stranger's server may be, how its ports are secured, and whose certificates are believed.

    What a test changes to reach servers of its own.
    """

    permitted: Callable[[str], bool] = is_public
    ports: Mapping[int, str] = field(default_factory=lambda: PORTS)
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context


class Source:
    """A session with the server, closed at the end of `with`. Everything raises SourceError."""

    def __init__(
        self,
        where: Where,
        user: str,
        password: str,
        resolver: Resolver,
        *,
        largest: int,
        ways: Ways = Ways(),
    ) -> None:
        self._client = _guarded(lambda: _opened(where, resolver, largest, ways))
        try:
            _guarded(lambda: _secured(self._client, where, ways))
            self._log_in(user, password)
        except SourceError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        with suppress(imaplib.IMAP4.error, OSError, ValueError):
            self._client.logout()

    def folders(self) -> list[Folder]:
        """All folders with mail, the one that holds everything last: what it alone has is archived mail."""
        lines = self._ask(lambda client: client.list())
        found = [folder for line in lines if (folder := self._folder(line))]
        return sorted(found, key=lambda folder: folder.is_all)

    def heads(self, folder: Folder, after: int, at_once: int) -> Iterator[list[Head]]:
        """The messages of a folder with a higher uid than `after`, in order, so many at once."""
        self._ask(lambda client: client.select(_quoted(folder.name), readonly=True))
        for uids in self._uids(after, folder.next_uid):
            for start in range(0, len(uids), at_once):
                yield self._heads(uids[start : start + at_once])

    def messages(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The bytes of messages of the folder that `heads` reads, by uid."""
        asked = ",".join(map(str, uids))
        records = self._ask(lambda client: client.uid("FETCH", asked, "(UID BODY.PEEK[])"))
        return {answers.number(b"UID", head): body for head, body in answers.records(records) if body}

    def _log_in(self, user: str, password: str) -> None:
        if not (user + password).isprintable():
            raise SourceError("login", is_final=True)
        try:
            if (user + password).isascii():
                self._client.login(_quoted(user), password)
            else:
                # LOGIN knows ASCII alone; SASL says UTF-8 (RFC 4616).
                self._client.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        except imaplib.IMAP4.abort as error:
            raise SourceError("closed") from error
        except imaplib.IMAP4.error as error:
            raise SourceError("login", is_final=True) from error
        except (OSError, ValueError) as error:
            raise SourceError("closed") from error

    def _folder(self, line: Any) -> Folder | None:
        listed = answers.listed(line)
        if listed is None:
            return None
        asked = _quoted(listed.name)
        status = self._ask(lambda client: client.status(asked, "(MESSAGES UIDVALIDITY UIDNEXT)"))
        return answers.folder(listed, status)

    def _uids(self, after: int, end: int) -> Iterator[list[int]]:
        """Ask in windows: a line of a million uids is longer than we read."""
        for number, start in enumerate(range(after + 1, max(end, after + 2), _UIDS_AT_ONCE)):
            if number == _MOST_WINDOWS:
                raise SourceError("closed", is_final=True)
            stop = start + _UIDS_AT_ONCE - 1
            found = self._ask(lambda client, asked=f"UID {start}:{stop}": client.uid("SEARCH", asked))  # type: ignore[misc]
            numbers = sorted(int(uid) for line in found if line for uid in line.split() if uid.isdigit())
            yield [uid for uid in numbers if start <= uid <= stop]

    def _heads(self, uids: Sequence[int]) -> list[Head]:
        what = "(UID RFC822.SIZE FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        records = self._ask(lambda client: client.uid("FETCH", ",".join(map(str, uids)), what))
        found = [answers.head(head, body) for head, body in answers.records(records)]
        return sorted((head for head in found if head.uid in set(uids)), key=lambda head: head.uid)

    def _ask(self, call: Callable[[imaplib.IMAP4], Any]) -> list[Any]:
        answer, data = _guarded(lambda: call(self._client))
        if answer != "OK":
            raise SourceError("closed")
        return [piece for piece in data if piece is not None]


class _Client(imaplib.IMAP4):
    """imaplib, at an address that was checked before, and with a bound on what is read into memory."""

    def __init__(self, where: Where, address: str, largest: int, ways: Ways) -> None:
        self._where, self._address, self._largest, self._ways = where, address, largest, ways
        super().__init__(where.host, where.port, timeout=_PATIENCE)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self._address, self._where.port), timeout)
        if self._ways.ports.get(self._where.port) != "tls":
            return plain
        return self._ways.tls().wrap_socket(plain, server_hostname=self._where.host)

    def read(self, size: int) -> bytes:
        """Read a literal, unless it is larger than any message we take."""
        if size > self._largest:
            raise self.abort("a literal that is too large")
        return super().read(size)


def _opened(where: Where, resolver: Resolver, largest: int, ways: Ways) -> _Client:
    if where.port not in ways.ports and not where.is_trusted:
        raise SourceError("host", is_final=True)
    return _Client(where, _address(where, resolver, ways), largest, ways)


def _address(where: Where, resolver: Resolver, ways: Ways) -> str:
    """The address to dial: a stranger's host may not lead into our own network."""
    if where.is_trusted:
        return where.host
    try:
        found = addresses_of(resolver, where.host)
    except NoSuchNameError as error:
        raise SourceError("host", is_final=True) from error
    except NoAnswerError as error:
        raise SourceError("host") from error
    if not found or not all(map(ways.permitted, found)):
        raise SourceError("private" if found else "host", is_final=True)
    return found[0]


def _secured(client: imaplib.IMAP4, where: Where, ways: Ways) -> None:
    """Encrypt before the password is said; who can't is not told it."""
    if ways.ports.get(where.port) == "tls" or where.is_trusted:
        return
    if "STARTTLS" not in client.capabilities:
        raise SourceError("insecure", is_final=True)
    client.starttls(ways.tls())


def _guarded[T](call: Callable[[], T]) -> T:
    try:
        return call()
    except ssl.SSLCertVerificationError as error:
        raise SourceError("insecure", is_final=True) from error
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise SourceError("closed") from error


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
