"""The table of commands: what each is called, when it is allowed, and what may be told before its end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import TYPE_CHECKING

from .lexer import Lexer
from .replies import Done

if TYPE_CHECKING:
    from .session import Session


class State(Flag):
    """The states of a session (RFC 9051 §3)."""

    NEW = auto()
    """Not authenticated."""
    LOGGED_IN = auto()
    """Authenticated, with no mailbox."""
    SELECTED = auto()
    WITH_MAIL = LOGGED_IN | SELECTED
    ANY = NEW | LOGGED_IN | SELECTED


class News(Enum):
    """What of the news of its mailbox a session is told before a command ends."""

    ALL = auto()
    NO_EXPUNGES = auto()
    """Messages keep their numbers: during FETCH, STORE and SEARCH (RFC 9051 §7.5.1)."""
    NONE = auto()


type Handler = Callable[["Session", Lexer], Awaitable[Done]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the protocol."""

    name: str
    states: State
    news: News
    handler: Handler


COMMANDS: dict[str, Command] = {}


def command(name: str, states: State, news: News = News.ALL) -> Callable[[Handler], Handler]:
    """Enter a handler under its name."""

    def enter(handler: Handler) -> Handler:
        COMMANDS[name] = Command(name, states, news, handler)
        return handler

    return enter
