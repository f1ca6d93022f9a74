"""A way to a destination: one connection, made at the first message that goes by it."""

from django.conf import settings
from django.utils import timezone

from mailserver.message.tls_wish import TlsWish
from mailserver.smtp.client import Conversation, Options
from mailserver.smtp.dialer import Dialer, NoConversationError
from mailserver.smtp.patience import Deadline, Timeouts
from mailserver.smtp.reply import Reply
from mailserver.smtp.route import Routes
from mailserver.smtp.sts import Policy
from mailserver.smtp.transcript import Transcript

from . import destination, sts, tls_results
from .destination import Standing
from .resolving import resolver


class Way:
    """The connection for messages of one wish, within the time of the attempt.

    While a destination that could not be reached is left alone (`standing`), nobody dials. `no_way` is why
    there is no connection, and will be none in this attempt.
    """

    def __init__(
        self, domain: str, wish: TlsWish, patience: Timeouts, deadline: Deadline, standing: Standing | None
    ) -> None:
        self.transcript = Transcript()
        self.conversation: Conversation | None = None
        self.no_way: Reply | None = None
        self._domain, self._patience, self._deadline = domain, patience, deadline
        self._dialled = False
        options = Options(settings.MAIL_HOSTNAME, self.transcript, patience)
        routes = Routes.parse(settings.MAIL_ROUTES)
        self._dialer = Dialer(domain, resolver(), routes, options, find_policy, wish=wish)
        if standing is not None and standing.retry_at > timezone.now():
            self.no_way = standing.reply
            text = f"not dialled now, for it could not be reached before: {standing.reply.text}"
            self.transcript.event(text)

    def insist(self) -> None:
        """Dial nevertheless, if that wasn't done yet: nobody is given up without a last try."""
        if not self._dialled:
            self.no_way = None

    def connect(self) -> bool:
        """See to it that there is a connection if there can be one; tells whether it is a new one."""
        if self.no_way or (self.conversation and self.conversation.usable):
            return False
        if self.conversation:
            self.conversation.close()
        self._dialled = True
        try:
            self.conversation = self._dialer.open(Deadline(self._patience.opening, self._deadline))
        except NoConversationError as error:
            self.conversation, self.no_way = None, error.reply
            if error.reply.temporary:
                destination.note_failure(self._domain, error.reply, timezone.now())
        finally:
            sessions, self._dialer.sessions = self._dialer.sessions, []
            tls_results.note(self._domain, sessions, timezone.now())
        return self.conversation is not None

    def close(self) -> None:
        """Say QUIT."""
        if self.conversation:
            self.conversation.quit()


def find_policy(domain: str) -> Policy | None:
    """Return the MTA-STS policy that holds for a domain."""
    return sts.policy_of(domain, resolver())
