"""A script -> rules, as far as a rule can say the same; the rest is named, and nothing is half understood."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sievelib.commands import Command
from sievelib.parser import Parser

from mailserver.query import And, Node, Not, joined

from .conditions import UnreadableError, condition, strings
from .statements import LexicalError, Statement, statements
from .values import EVERYTHING, Filter

MAX_LENGTH: Final = 100_000
# The lexer looks for the end of each such text up to the end of the script.
_MAX_TEXTS: Final = 100
MAX_STATEMENTS: Final = 500
_REQUIRED = (
    'require ["fileinto", "copy", "imap4flags", "body", "envelope", "vacation", "date", "relational",'
    ' "reject", "variables", "regex", "environment", "enotify"];\n'
)
_NAME = re.compile(r"#\s*rule:\s*\[(.*)\]")
_FLAGS: Final = {"\\flagged": "stars", "\\seen": "marks_read"}
_INBOX: Final = "inbox"
# What sievelib raises on a script that is none, beside what it says by itself.
_ODD: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)


@dataclass(frozen=True, slots=True)
class Unread:
    """A statement that became no rule: its line, its text, and the words in it that say why ("" for none)."""

    line: int
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood, in order, and what was not."""

    filters: tuple[Filter, ...]
    unread: tuple[Unread, ...]


def read(script: str) -> Read:
    """Read a script; never raises."""
    if script.count("text:") > _MAX_TEXTS:
        return Read((), (Unread(1, script[:200], "text:"),))
    try:
        found = statements(script[:MAX_LENGTH].replace("\r\n", "\n"))
    except LexicalError as error:
        lines = script.splitlines()
        return Read((), (Unread(error.line, lines[error.line - 1] if error.line <= len(lines) else ""),))
    filters: list[Filter] = []
    unread: list[Unread] = []
    for statement in found[:MAX_STATEMENTS]:
        try:
            filters += _filters(statement)
        except UnreadableError as error:
            unread.append(Unread(statement.line, statement.text, str(error)))
        except _ODD:
            unread.append(Unread(statement.line, statement.text))
    unread += (Unread(each.line, each.text) for each in found[MAX_STATEMENTS : MAX_STATEMENTS + 1])
    return Read(tuple(filters), tuple(unread))


def _filters(statement: Statement) -> list[Filter]:
    """Read a statement: each branch of an `if` becomes a rule, an action by itself one for all mail."""
    parser = Parser()
    if not parser.parse((_REQUIRED + statement.text).encode()):
        raise UnreadableError(re.sub(r"^line \d+: ", "", parser.error))
    commands = [each for each in parser.result if each.name != "require"]
    name = found[1].strip()[:100] if (found := _NAME.match(statement.comment)) else ""
    if commands and commands[0].name != "if":
        return [_rule(EVERYTHING, commands, name)] if _matters(commands) else []
    return list(_branches(commands, name))


def _branches(commands: Sequence[Command], name: str) -> Iterator[Filter]:
    """Each branch holds where those before it don't."""
    before: list[Node] = []
    for command in commands:
        test = command.arguments.get("test")
        own = condition(test) if test is not None else None
        tree = joined(And, (*map(Not, before), *((own,) if own else ())))
        if tree is not None and _matters(command.children):
            yield _enabled(_rule(tree, command.children, name))
        before += [own] if own else []


def _enabled(rule: Filter) -> Filter:
    """Read `allof (false, …)`, as rules that are switched off are written."""
    off = Not(EVERYTHING)
    if isinstance(rule.tree, And) and rule.tree.nodes[0] == off:
        rest = joined(And, rule.tree.nodes[1:])
        assert rest is not None
        return replace(rule, tree=rest, enabled=False)
    return rule


def _matters(commands: Sequence[Command]) -> bool:
    """Tell whether it does more than nothing: `keep` alone is what happens anyhow."""
    return any(command.name != "keep" for command in commands)


def _rule(tree: Node, commands: Sequence[Command], name: str) -> Filter:
    done: dict[str, Any] = {}
    kept = cancelled = False
    for command in commands:
        arguments = command.arguments
        match command.name:
            case "keep":
                kept = True
            case "stop":
                done["stops"] = True
            case "discard":
                done["trashes"] = True
            case "addflag" | "setflag":
                done |= _flags(command)
            case "fileinto":
                cancelled |= "copy" not in arguments
                done |= _filed(_one(command, "mailbox"))
            case "redirect":
                done["forward_to"] = _one(command, "address")
                done |= {} if "copy" in arguments else {"trashes": True}
            case _:
                raise UnreadableError(command.name)
    if "folder" in done and cancelled and not kept:
        done["archives"] = True
    return Filter(tree=tree, name=name, **done)


def _flags(command: Command) -> dict[str, bool]:
    flags = strings(command.arguments["list-of-flags"])
    unknown = [flag for flag in flags if flag.lower() not in _FLAGS]
    if unknown:
        raise UnreadableError(unknown[0])
    return {_FLAGS[flag.lower()]: True for flag in flags}


def _filed(path: str) -> dict[str, Any]:
    """Read where it goes: our levels are parted by /, those of others by a dot below INBOX."""
    match path.lower():
        case "inbox":
            return {}
        case "trash" | "inbox.trash":
            return {"trashes": True}
        case "archive" | "inbox.archive":
            return {"archives": True}
        case "junk" | "spam" | "inbox.junk" | "inbox.spam":
            raise UnreadableError(path)
    if path.lower().startswith((f"{_INBOX}.", f"{_INBOX}/")):
        inner = path[len(_INBOX) + 1 :]
        return {"folder": inner.replace(".", "/") if path[len(_INBOX)] == "." else inner}
    return {"folder": path}


def _one(command: Command, name: str) -> str:
    [value] = strings(command.arguments[name])
    return value
