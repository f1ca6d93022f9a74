"""What the POP3 server asks of its owner: who is this, and what is in their maildrop?

All methods are called in a thread of the server's, and may wait for a database. What they raise of
`replies.No` is told to the client; anything else is our trouble.
"""

from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from mailserver.access.admission import Admission
from mailserver.sasl import Claim, Salt


class Listing(NamedTuple):
    """The messages of a maildrop in the order of their numbers: `keys` name them for good, sizes in octets.

    `epoch` changes when keys that were given before may mean other messages now.
    """

    epoch: str
    keys: array[int]
    sizes: array[int]


class Maildrop(Protocol):
    """A maildrop that nobody else has open, from `open` until `commit` or `let_go`."""

    token: str
    """Names it while it is open."""
    listing: Listing

    def bodies(self, keys: Sequence[int]) -> Mapping[int, bytes]:
        """Read messages whole; those that are gone are missing."""
        ...

    def piece(self, key: int, start: int, end: int) -> bytes:
        """Read a stretch of a message; raises No when it is gone."""
        ...

    def commit(self, deleted: Sequence[int]) -> None:
        """Delete these messages, all or none, and let go."""
        ...

    def let_go(self) -> None:
        """Delete nothing."""
        ...


class Owner(Protocol):
    """Somebody who logged in."""

    admission: Admission

    def open(self) -> Maildrop:
        """Open the maildrop; raises No when somebody else has."""
        ...


class Backend(Protocol):
    """The way in."""

    def salt(self, name: str) -> Salt:
        """Give the salt of a name, which a stranger's has, too."""
        ...

    def log_in(self, claim: Claim, ip: str) -> tuple[Owner, bytes]:
        """Let somebody in, or raise No; the key that proves us, where a mechanism wants it."""
        ...

    def hold_on(self, tokens: Collection[str]) -> None:
        """Say that these are still open: one that is not held on to for a minute is let go."""
        ...

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Call a function with all that a thread needs to ask; trouble is raised as No."""
        ...

    def end_thread(self) -> None:
        """Let go of what belongs to the calling thread."""
        ...
