"""An SMTP reply: code, enhanced status code and text (RFC 5321 §4.2, RFC 3463)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """What one side answered. `code` 0 says that no answer came; `text` then says why."""

    code: int
    enhanced: str
    text: str

    @property
    def positive(self) -> bool:
        """Done, or go on (2yz, 3yz)."""
        return 200 <= self.code < 400

    @property
    def permanent(self) -> bool:
        """Refused for good (5yz)."""
        return 500 <= self.code < 600

    @property
    def temporary(self) -> bool:
        """May succeed later: 4yz, or no answer at all."""
        return not self.positive and not self.permanent

    def line(self) -> str:
        """The reply as one line, as it goes over the wire or to a reader."""
        return " ".join(word for word in (str(self.code), self.enhanced, self.text) if word)


TROUBLE = Reply(451, "4.3.0", "Local trouble, try again later")
