"""One connection to a destination: dialled, given messages one after the other, and what became of them."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from django.conf import settings
from django.utils import timezone

from mailserver.message.tls_wish import TlsWish
from mailserver.smtp.client import Conversation, Options, Replies
from mailserver.smtp.content import Content
from mailserver.smtp.dialer import Dialer
from mailserver.smtp.outgoing import Outgoing
from mailserver.smtp.patience import Deadline, Timeouts
from mailserver.smtp.reply import Reply
from mailserver.smtp.route import Routes
from mailserver.smtp.sts import Policy
from mailserver.smtp.transcript import Line, Transcript

from . import remote_report, sts, tls_results
from .owed import Owed, Parcel, Result
from .resolving import resolver
from .spare import Place, Spare, has_use

spare_of_process = Spare[Conversation]()
"""Those of this worker."""


class Link:
    """A way to one destination, with the transcript of all that is said over it.

    Nothing here asks the database but `connect`, and that only about a destination that no operator routed.
    """

    def __init__(self, domain: str, wish: TlsWish, patience: Timeouts) -> None:
        self._domain, self._wish = domain, wish
        self._patience = patience
        self._deadline = Deadline(patience.attempt)
        self._transcript = Transcript()
        self._options = Options(settings.MAIL_HOSTNAME, self._transcript, patience)
        self._routes = Routes.parse(settings.MAIL_ROUTES)
        self._dialer = Dialer(domain, resolver(), self._routes, self._options, find_policy, wish=wish)
        self._conversation: Conversation | None = None
        self._last: list[Result] = []

    def beside(self) -> "Link":
        """Return another way to the same hosts, not dialled yet."""
        other = Link(self._domain, self._wish, self._patience)
        other._dialer.go_where(self._dialer)
        return other

    def connect(self) -> bool:
        """Have a conversation; says whether it is a new one. Raises NoConversationError."""
        if self._conversation and self._conversation.usable:
            return False
        if self._conversation:
            self._conversation.close()
            self._conversation = None
        opening = Deadline(self._patience.opening, self._deadline)
        while kept := spare_of_process.take(self._place):
            if kept.go_on(self._options, opening):
                self._conversation = kept
                return True
        try:
            self._conversation = self._dialer.open(opening)
        finally:
            sessions, self._dialer.sessions = self._dialer.sessions, []
            tls_results.note(self._domain, sessions, timezone.now())
        return True

    def hand_over(self, parcel: Parcel, owed: Sequence[Owed], content: Content) -> list[Result]:
        """Send one message over the conversation, and let go of its content."""
        spoke = self._conversation
        assert spoke is not None
        with closing(content):
            replies = spoke.send(_outgoing(parcel, owed, content), self._deadline)
        return self._noted(owed, replies)

    def put_off(self, owed: Sequence[Owed], reply: Reply) -> list[Result]:
        """Give the reason why a message is not sent as what became of it."""
        return self._noted(owed, dict.fromkeys((item.address for item in owed), reply))

    def say(self, event: str) -> None:
        """Keep something that happened in the transcript."""
        self._transcript.event(event)

    def leave(self) -> list[Result]:
        """Let another destination have the connection, if one has use for it; else say QUIT."""
        spoke = self._conversation
        if spoke is None or not spoke.usable or not has_use(self._routes, self._domain):
            return self.close()
        self.say(f"the connection to {spoke.host} stays open for other mail that goes there")
        self._conversation = None
        spare_of_process.put(self._place, spoke)
        return self._last_again()

    def close(self) -> list[Result]:
        """Say QUIT; returns the last message's results again, now with the farewell in their transcripts."""
        if self._conversation is None:
            return []
        self._conversation.quit()
        return self._last_again()

    @property
    def _place(self) -> Place:
        return self._routes.find(self._domain), self._wish

    def _last_again(self) -> list[Result]:
        return [replace(result, transcript=self._view(result.owed)) for result in self._last]

    def _noted(self, owed: Sequence[Owed], replies: Replies) -> list[Result]:
        spoke = self._conversation
        host, ip, tls = (spoke.host, spoke.ip, spoke.described_tls) if spoke else ("", "", "")
        tells = spoke is not None and spoke.offers("DSN")
        if self._last and self._last[0].owed.parcel.id != owed[0].parcel.id:
            self._transcript.forget(self._last[0].owed.parcel.id)
        self._last = [
            Result(item, replies[item.address], host, ip, tls, self._view(item), tells_itself=tells)
            for item in owed
        ]
        return self._last

    def _view(self, item: Owed) -> list[Line]:
        return self._transcript.view(item.parcel.id, item.address)


def _outgoing(parcel: Parcel, owed: Sequence[Owed], content: Content) -> Outgoing:
    """Address a message; its envelope has a name, so that reports from afar can say which it was."""
    asks = bool(parcel.mail_from)
    return Outgoing(
        key=parcel.id,
        mail_from=parcel.mail_from,
        recipients=tuple(item.address for item in owed),
        content=content,
        envelope_id=(parcel.envelope_id or remote_report.envelope_id(parcel.id)) if asks else "",
        ret=parcel.returns if asks else "",
        notify={item.address: item.notify for item in owed} if asks else {},
        original={item.address: item.original_address or item.address for item in owed} if asks else {},
        tls_wish=parcel.tls_wish,
    )


def find_policy(domain: str) -> Policy | None:
    """Return the MTA-STS policy that holds for a domain."""
    return sts.policy_of(domain, resolver())


def timeouts() -> Timeouts:
    """How long we wait for other servers."""
    return Timeouts(**settings.SMTP_CLIENT_TIMEOUTS)
