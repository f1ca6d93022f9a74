"""Finding a host of a domain that will talk: each in turn, each of its addresses in turn."""

import socket
from collections.abc import Sequence

from mailserver.dns import Resolver

from . import route
from .client import Conversation, Options, RefusedError
from .client_wire import Wire, WireError
from .patience import Deadline
from .reply import Reply


class NoConversationError(Exception):
    """No host of the domain would talk; `reply` is the most hopeful reason."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


class Dialer:
    """Opens conversations with the hosts of one domain; looks them up once."""

    def __init__(self, domain: str, resolver: Resolver, routes: route.Routes, options: Options) -> None:
        self._domain = domain
        self._resolver = resolver
        self._routes = routes
        self._options = options
        self._transcript = options.transcript

    def open(self, deadline: Deadline) -> Conversation:
        """Return a conversation past its EHLO with the first willing host; else NoConversationError."""
        failures: list[Reply] = []
        try:
            for host in self._hosts():
                if conversation := self._try_host(host, failures, deadline):
                    return conversation
        except TimeoutError:
            failures.append(Reply(0, "4.4.1", "No mail host answered within the time of an attempt"))
        raise NoConversationError(_most_hopeful(failures))

    def _hosts(self) -> Sequence[route.Host]:
        try:
            hosts = route.hosts_for(self._domain, self._resolver, self._routes, {self._options.hostname})
        except route.RouteError as error:
            self._transcript.event(error.reply.text)
            raise NoConversationError(error.reply) from error
        names = ", ".join(f"{host.name}:{host.port}" for host in hosts)
        how = "by a static route" if hosts[0].routed else "by DNS"
        self._transcript.event(f"mail for {self._domain} goes to {names} ({how})")
        return hosts

    def _try_host(self, host: route.Host, failures: list[Reply], deadline: Deadline) -> Conversation | None:
        try:
            found = route.addresses(host, self._resolver)
        except route.RouteError as error:
            self._note(error.reply, failures)
            return None
        self._transcript.event(f"resolved {host.name}: {', '.join(found)}")
        for address in found:
            try:
                return self._converse(host, address, deadline)
            except (WireError, RefusedError) as error:
                self._note(error.reply, failures)
        return None

    def _note(self, reply: Reply, failures: list[Reply]) -> None:
        self._transcript.event(reply.text)
        failures.append(reply)

    def _converse(self, host: route.Host, address: str, deadline: Deadline) -> Conversation:
        """Open a conversation; if its encryption breaks, a new one in the clear (opportunistic, RFC 7435)."""
        conversation = self._conversation(host, address, deadline)
        try:
            self._begin(conversation, deadline, encrypt=True)
        except WireError:
            if not conversation.tls_tried or conversation.tls:
                raise
            self._transcript.event("TLS failed: trying again without it")
            conversation = self._conversation(host, address, deadline)
            self._begin(conversation, deadline, encrypt=False)
        return conversation

    def _conversation(self, host: route.Host, address: str, deadline: Deadline) -> Conversation:
        return Conversation(self._dial(host, address, deadline), host.name, address, self._options)

    @staticmethod
    def _begin(conversation: Conversation, deadline: Deadline, *, encrypt: bool) -> None:
        """Begin, or leave nothing open."""
        began = False
        try:
            conversation.begin(deadline, encrypt=encrypt)
            began = True
        except RefusedError:
            conversation.quit()
            raise
        finally:
            if not began:
                conversation.close()

    def _dial(self, host: route.Host, address: str, deadline: Deadline) -> Wire:
        seconds = Deadline(self._options.timeouts.connect, deadline).remaining()
        try:
            sock = socket.create_connection((address, host.port), timeout=seconds)
        except OSError as error:
            reason = "no answer" if isinstance(error, TimeoutError) else error.strerror or str(error)
            text = f"Could not connect to {host.name} ({address} port {host.port}): {reason}"
            raise WireError("4.4.1", text) from error
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ours = sock.getsockname()[0]
        self._transcript.event(f"connected to {host.name} ({address} port {host.port}) from {ours}")
        return Wire(sock, self._transcript)


def _most_hopeful(failures: Sequence[Reply]) -> Reply:
    """A domain is lost only when every host of it is: any temporary failure makes the whole one temporary."""
    temporary = [reply for reply in failures if reply.temporary]
    return (temporary or list(failures))[-1]
