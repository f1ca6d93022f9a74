"""What a ManageSieve server asks of its owner: who is this, and what are their scripts?"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from mailserver.access.admission import Admission
from mailserver.sasl import Claim, Salt


class Script(NamedTuple):
    """A script by its name; one of them works."""

    name: str
    is_active: bool


class Owner(Protocol):
    """Somebody who logged in."""

    @property
    def admission(self) -> Admission:
        """How they came in."""
        ...


class Backend[O: Owner](Protocol):
    """Plain functions, called in threads; each raises No, and anything else is an internal trouble."""

    extensions: Sequence[str]
    """The Sieve extensions that scripts may require."""

    def salt(self, name: str) -> Salt:
        """Give the salt of a name, which a stranger's has, too."""
        ...

    def log_in(self, claim: Claim, ip: str) -> tuple[O, bytes]:
        """Say who this is; the key that proves us, where a mechanism wants it."""
        ...

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Call a function with all that a thread needs to ask; trouble is raised as No."""
        ...

    def scripts(self, owner: O) -> Sequence[Script]:
        """Name the scripts."""

    def read(self, owner: O, name: str) -> str:
        """Give a script."""

    def check(self, owner: O, text: str) -> None:
        """Say what is wrong with a script; nothing is kept."""

    def make_room(self, owner: O, name: str, size: int) -> None:
        """Say whether a script of so many octets could be kept under a name."""

    def write(self, owner: O, name: str, text: str) -> None:
        """Keep a script, all of it or nothing."""

    def activate(self, owner: O, name: str) -> None:
        """Let a script work; none with an empty name."""

    def delete(self, owner: O, name: str) -> None:
        """Forget a script that doesn't work."""

    def rename(self, owner: O, name: str, new: str) -> None:
        """Give a script another name."""

    def end_thread(self) -> None:
        """Let go of what this thread holds."""
