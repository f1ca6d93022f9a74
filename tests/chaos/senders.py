"""People who write letters on the web, whatever happens to the server meanwhile."""

import http.client
import threading

from bench import letters
from bench.server import PASSWORD
from bench.web_session import UnexpectedAnswerError, WebSession

# Until the page says "sent", a person presses the button again: the same form, the same key.
_BROKEN = (OSError, http.client.HTTPException, UnexpectedAnswerError, ValueError)
_PAUSE = 0.3


class WebSender:
    """Somebody signed in at `site`, as long as the server allows."""

    def __init__(self, site: str, address: str) -> None:
        self._site = site
        self._address = address
        self._session: WebSession | None = None

    def send(self, to: str, subject: str, stopping: threading.Event) -> bool:
        """Send one letter; False when told to stop before it was acknowledged."""
        fields: dict[str, str] | None = None
        while True:
            try:
                session = self._signed_in()
                fields = fields or letters.open_composer(session)
                if letters.send(session, fields, to, subject, f"{subject}\r\n").status == 200:
                    return True
            except _BROKEN as error:
                # A cookie outlives the server's death; only who was signed out signs in again.
                if isinstance(error, UnexpectedAnswerError):
                    self._session = None
            if stopping.wait(_PAUSE):
                return False

    def _signed_in(self) -> WebSession:
        """The session, made when there is none."""
        if self._session is None:
            session = WebSession(self._site, seconds=30)
            session.sign_in(self._address, PASSWORD)
            self._session = session
        return self._session
