"""Finding a host of a domain that will talk: each in turn, its addresses in a race."""

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailserver.authenticity.tls_report_writer import Session
from mailserver.dns import Resolver
from mailserver.message.tls_wish import TlsWish

from . import race, route
from .client import Conversation, Options, RefusedError
from .client_wire import TlsError, Wire, WireError
from .demands import Demands, FindPolicy, demands_of, no_policy
from .guard import OPPORTUNISTIC, Guard, TlsFailure
from .patience import Deadline
from .reply import Reply
from .transcript import Transcript


class NoConversationError(Exception):
    """No host of the domain would talk; `reply` is the most hopeful reason."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class _Place:
    """A host at one of its addresses, and what the domain demands of it."""

    host: route.Host
    address: str
    guard: Guard


class Dialer:
    """Opens conversations with the hosts of one domain; looks them up once.

    `wish` is what its messages ask of encryption. `sessions` gathers how it went, for the domain's report;
    static routes are nobody's to be told.
    """

    def __init__(
        self,
        domain: str,
        resolver: Resolver,
        routes: route.Routes,
        options: Options,
        find_policy: FindPolicy = no_policy,
        *,
        wish: TlsWish = TlsWish.AS_USUAL,
    ) -> None:
        self.sessions: list[Session] = []
        self._domain = domain
        self._resolver = resolver
        self._routes = routes
        self._options = options
        self._find_policy = find_policy
        self._found: Sequence[route.Host] = ()
        self._wish = wish
        self._demands = Demands(domain)

    def go_where(self, other: "Dialer") -> None:
        """Take over what another dialer of the same domain looked up."""
        self._found, self._demands = other._found, other._demands

    @property
    def _transcript(self) -> Transcript:
        return self._options.transcript

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
        hosts = self._found = self._found or self._looked_up()
        names = ", ".join(f"{host.name}:{host.port}" for host in hosts)
        how = "by a static route" if hosts[0].routed else "by DNS"
        self._transcript.event(f"mail for {self._domain} goes to {names} ({how})")
        if policy := self._demands.policy:
            self._transcript.event(f"the MTA-STS policy of {self._domain}: {policy.mode}")
        return hosts

    def _looked_up(self) -> Sequence[route.Host]:
        try:
            hosts = route.hosts_for(self._domain, self._resolver, self._routes, {self._options.hostname})
        except route.RouteError as error:
            self._transcript.event(error.reply.text)
            raise NoConversationError(error.reply) from error
        if not hosts[0].routed:
            self._demands = demands_of(self._domain, self._resolver, self._find_policy)
        return hosts

    def _try_host(self, host: route.Host, failures: list[Reply], deadline: Deadline) -> Conversation | None:
        try:
            guard = self._guard(host)
            found = route.addresses(host, self._resolver)
        except route.RouteError as error:
            self._note(error.reply, failures)
            return None
        self._transcript.event(f"resolved {host.name}: {', '.join(found)}")
        left = race.in_turn(found)
        while left:
            try:
                sock, address = self._connect(host, left, deadline)
                left.remove(address)
                return self._fit(self._converse(_Place(host, address, guard), sock, deadline))
            except _NobodyThereError as error:
                left = [each for each in left if each not in error.addresses]
                for reply in error.replies:
                    self._note(reply, failures)
            except TlsError as error:
                self._note(self._unproven(host, error), failures)
            except (WireError, RefusedError) as error:
                self._note(error.reply, failures)
            except _UnfitError as error:
                self._note(error.reply, failures)
                break
        return None

    def _fit(self, conversation: Conversation) -> Conversation:
        """Take leave of a host that is not what the messages demand: another may be (RFC 8689 §4.2.1)."""
        unfit = conversation.unprotected() if self._wish is TlsWish.REQUIRED else None
        if unfit:
            conversation.quit()
            raise _UnfitError(unfit)
        return conversation

    def _unproven(self, host: route.Host, error: TlsError) -> Reply:
        """Give it up where the messages demand it themselves; a domain may mend what it demands."""
        if self._wish is not TlsWish.REQUIRED:
            return error.reply
        return Reply(550, "5.7.10", f"No proven encryption with {host.name}: {error.failure.text}")

    def _guard(self, host: route.Host) -> Guard:
        """Say what is demanded of a host; raises RouteError for one that may not have our mail."""
        if self._wish is not TlsWish.OPTIONAL and not self._demands.permits(host):
            text = f"{host.name} is not among the hosts that the MTA-STS policy of {self._domain} names"
            self._tell(_Place(host, "", Guard("sts")), "", TlsFailure("validation-failure", text))
            raise route.RouteError(Reply(0, "4.7.5", text))
        guard = self._demands.of(host, self._resolver, self._wish)
        if guard.source == "tlsa":
            self._transcript.event(f"DANE: the DNS names the certificate of {host.name}")
        return guard

    def _note(self, reply: Reply, failures: list[Reply]) -> None:
        self._transcript.event(reply.text)
        failures.append(reply)

    def _converse(self, place: _Place, sock: socket.socket, deadline: Deadline) -> Conversation:
        """Open a conversation; where nothing is demanded and encryption breaks, a new one with less of it."""
        steps = list(_steps(place.guard))
        for number, guard in enumerate(steps, 1):
            conversation = Conversation(
                self._wire(place, sock), place.host.name, place.address, self._options
            )
            ours = sock.getsockname()[0]
            try:
                self._begin(conversation, place.host, guard, deadline)
            except WireError as error:
                failure = error.failure if isinstance(error, TlsError) else None
                if failure is None and not (conversation.tls_tried and not conversation.tls):
                    raise
                self._tell(place, ours, failure or TlsFailure("validation-failure", error.reply.text))
                if number == len(steps):
                    raise
                without = "without it" if steps[number] is None else "with any certificate"
                self._transcript.event(f"TLS failed: trying again {without}")
                sock, _ = self._connect(place.host, [place.address], deadline)
                continue
            if number == 1 or guard is not None:
                self._tell(place, ours, conversation.tls_failure)
            return conversation
        raise AssertionError("there is always a step")

    def _begin(
        self, conversation: Conversation, host: route.Host, guard: Guard | None, deadline: Deadline
    ) -> None:
        """Begin, or leave nothing open."""
        began = False
        try:
            conversation.begin(deadline, guard=guard, login=host.login)
            began = True
        except RefusedError:
            conversation.quit()
            raise
        finally:
            if not began:
                conversation.close()

    def _connect(
        self, host: route.Host, addresses: Sequence[str], deadline: Deadline
    ) -> tuple[socket.socket, str]:
        within = Deadline(self._options.timeouts.connect, deadline)
        within.remaining()
        try:
            return race.connect(addresses, host.port, within)
        except race.NobodyError as error:
            raise _NobodyThereError(host, error.reasons) from error

    def _wire(self, place: _Place, sock: socket.socket) -> Wire:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        host, ours = place.host, sock.getsockname()[0]
        self._transcript.event(f"connected to {host.name} ({place.address} port {host.port}) from {ours}")
        return Wire(sock, self._transcript)

    def _tell(self, place: _Place, ours: str, failure: TlsFailure | None) -> None:
        """Keep how it went for the domain's report."""
        if place.host.routed:
            return
        policy = self._demands.policy
        if place.guard.source == "tlsa":
            lines = tuple(
                f"{each.usage} {each.selector} {each.matching} {each.data.hex()}"
                for each in place.guard.records
            )
        else:
            lines = policy.lines() if policy is not None and place.guard.source == "sts" else ()
        result, reason = (failure.result, failure.text) if failure else ("", "")
        session = Session(place.guard.source, lines, place.host.name, ours, place.address, result, reason)
        self.sessions.append(session)


class _UnfitError(Exception):
    """A host talks, but not as the messages demand."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


class _NobodyThereError(Exception):
    """No address of a host answered; `replies` say why, one for each."""

    def __init__(self, host: route.Host, reasons: dict[str, str]) -> None:
        super().__init__(host.name)
        self.addresses = set(reasons)
        self.replies = [
            Reply(0, "4.4.1", f"Could not connect to {host.name} ({address} port {host.port}): {reason}")
            for address, reason in reasons.items()
        ]


def _steps(guard: Guard) -> Iterator[Guard | None]:
    """Yield what is tried one after the other: a domain that only tests its policy gets its mail anyhow."""
    yield guard
    if not guard.demanded:
        if guard.checked:
            yield OPPORTUNISTIC
        yield None


def _most_hopeful(failures: Sequence[Reply]) -> Reply:
    """A domain is lost only when every host of it is: any temporary failure makes the whole one temporary."""
    temporary = [reply for reply in failures if reply.temporary]
    return (temporary or list(failures))[-1]
