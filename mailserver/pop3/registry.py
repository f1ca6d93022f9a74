"""The table of commands: what each is called, when it is allowed, how many words may follow it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Flag, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .session import Session


class State(Flag):
    """The states of a session (RFC 1939 §3), in which somebody can say something."""

    AUTHORIZATION = auto()
    TRANSACTION = auto()
    ANY = AUTHORIZATION | TRANSACTION


type Handler = Callable[["Session", list[str]], Awaitable[str]]
"""Gets the words that follow, and returns what is said beside +OK; "" when it has said all itself."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the protocol."""

    state: State
    least: int
    most: int
    handler: Handler


COMMANDS: dict[str, Command] = {}


def command(name: str, state: State, least: int = 0, most: int = 0) -> Callable[[Handler], Handler]:
    """Enter a handler under its name; words that follow are counted."""

    def enter(handler: Handler) -> Handler:
        COMMANDS[name] = Command(state, least, max(least, most), handler)
        return handler

    return enter
