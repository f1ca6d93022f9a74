"""One session: it talks until one of the two has enough, whatever the protocol."""

import abc
import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

from .admission import Admission, Vigil
from .connection import Bye, Connection
from .refusal import Bad, No
from .service import Service

log = logging.getLogger(__name__)

_SILENT = "You were silent for too long"
_TROUBLE = "Local trouble, come back later"
_ENDED = "The server ends the session"
_TAKEN_BACK = "What you logged in with is no longer valid"


class Session[S: Service[Any, Any]](abc.ABC):
    """What is the same in every protocol: how a session begins, waits and ends."""

    says_why_it_ends_the_silence = True

    def __init__(self, service: S, connection: Connection) -> None:
        self.service, self.connection = service, connection
        self.is_waiting = False
        self._last_words = ""
        self._wrong = 0
        self._vigil: Vigil | None = None

    @abc.abstractmethod
    def _trouble(self) -> No:
        """Say in the protocol's words that the fault is ours."""

    @property
    @abc.abstractmethod
    def is_known(self) -> bool:
        """Tell whether somebody has logged in."""

    @abc.abstractmethod
    async def _converse(self) -> None:
        """Greet, and answer commands until the last; what it raises ends the session."""

    @abc.abstractmethod
    def _goodbye(self, text: str) -> bytes:
        """Write last words."""

    @property
    def may_log_in(self) -> bool:
        """Tell whether a password may be said: under TLS, or where the settings allow it in the clear."""
        return self.connection.is_encrypted or self.service.allows_plaintext(self.connection.ip)

    @property
    def patience(self) -> float:
        """Seconds in which a client has to say something."""
        limits = self.service.limits
        return float(limits.idle_seconds if self.is_known else limits.login_seconds)

    async def call[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Ask the backend, in a thread."""
        return await self.service.questions.run(self.service.backend.run, function, *arguments)

    async def call_at_log_in[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Ask the backend, in threads that only log-ins use."""
        return await self.service.log_ins.run(self.service.backend.run, function, *arguments)

    async def watch_over(self, admission: Admission) -> None:
        """End the session within seconds once who has logged in would not be let in any more."""
        self._vigil = Vigil(admission, self.call, lambda: self.stop_if_idle(_TAKEN_BACK))
        await self._vigil.begin()

    async def run(self) -> None:
        """Talk until one of the two has enough."""
        self.service.sessions.add(self)
        try:
            await self._converse()
        except Bye as last:
            self._say_goodbye(last.text)
        except TimeoutError:
            if self.says_why_it_ends_the_silence:
                self._say_goodbye(_SILENT)
        except (EOFError, ConnectionError, ssl.SSLError):
            log.debug("%s ended the connection", self.connection.ip)
        except asyncio.CancelledError:
            self._say_goodbye(_ENDED)
        except Exception:
            log.exception("A session with %s failed", self.connection.ip)
            self._say_goodbye(_TROUBLE)
        finally:
            self.service.sessions.discard(self)
            if self._vigil is not None:
                self._vigil.end()
            await self._close()

    async def carry_out[T](self, name: str, work: Awaitable[T]) -> T:
        """Wait for what a command does; what it may not raise is a fault of ours, logged and told as such."""
        try:
            return await work
        except (Bad, No, Bye, EOFError, ConnectionError, TimeoutError, ssl.SSLError):
            raise
        except Exception:
            log.exception("%s failed", name)
            raise self._trouble() from None

    async def wait_for_command(self) -> None:
        """Return when the client has begun one; raises TimeoutError, and Bye when the server stops."""
        if not self._last_words and not self.connection.has_input:
            await self._wait()
        if self._last_words:
            raise Bye(self._last_words)

    async def _wait(self) -> None:
        async with asyncio.timeout(self.patience):
            self.is_waiting = True
            try:
                await self.connection.wait_for_input()
            finally:
                # Who has gone is no longer waited for: what the session does last is not broken off.
                self.is_waiting = False

    def count_wrong(self) -> None:
        """Count one wrong command more in a row; raises Bye when it is one too many."""
        self._wrong += 1
        if self._wrong >= self.service.limits.wrong_commands:
            raise Bye("Too many wrong commands")

    def stop_if_idle(self, text: str) -> None:
        """End the session when it waits for a command; else before the next one."""
        self._last_words = text
        if self.is_waiting:
            self.connection.cancel()

    def _say_goodbye(self, text: str) -> None:
        self.connection.write(self._goodbye(self._last_words or text))

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(1):
                await self.connection.flush()
        except (TimeoutError, ConnectionError, ssl.SSLError):
            log.debug("%s left without its last answer", self.connection.ip)
        self.connection.close()
