"""A test of a script -> a condition of our queries."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from sievelib.commands import Command
from sievelib.tools import unquote

from mailserver.query import And, Has, MessageId, Node, Not, Or, Size, Text, joined

from .values import EVERYTHING

_FIELDS: Final = {
    "from": "from",
    "sender": "from",
    "to": "to",
    "cc": "cc",
    "bcc": "bcc",
    "subject": "subject",
    "list-id": "list",
    "delivered-to": "deliveredto",
    "x-original-to": "deliveredto",
}
_UNITS: Final = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
# What a word without an operator is looked for in, beside the body.
_EVERYWHERE: Final = frozenset({"subject", "from", "to", "cc"})
_FILE: Final = "content-disposition: attachment"
_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")


class UnreadableError(ValueError):
    """No rule of ours says this; the text is the part of the script that is meant."""


def condition(test: Command) -> Node:
    """Read a test; raises UnreadableError."""
    read = _READ.get(test.name)
    if read is None:
        raise UnreadableError(test.name)
    return read(test)


def strings(value: Any) -> list[str]:
    """Read a string or a list of strings."""
    return [unquote(each) for each in (value if isinstance(value, list) else [value])]


def _all_of(test: Command) -> Node:
    return _joined(And, [condition(each) for each in test.arguments["tests"]])


def _any_of(test: Command) -> Node:
    return _joined(Or, [condition(each) for each in test.arguments["tests"]])


def _joined(kind: type[And] | type[Or], nodes: Sequence[Node]) -> Node:
    found = joined(kind, dict.fromkeys(nodes))
    if found is None:
        raise UnreadableError("()")
    return found


def _size(test: Command) -> Node:
    limit = str(test.arguments["limit"]).lower()
    number = int(limit.rstrip("kmg")) * _UNITS.get(limit[-1], 1)
    return Size(test.arguments["comparator"] == ":over", number)


def _header(test: Command) -> Node:
    names = [name.lower() for name in strings(test.arguments["header-names"])]
    keys, how = strings(test.arguments["key-list"]), test.arguments.get("match-type", ":is")
    if names == ["message-id"] and how == ":is":
        return _joined(Or, [MessageId(key.strip("<>")) for key in keys])
    return _of_fields(names, keys, how)


def _address(test: Command) -> Node:
    part = test.arguments.get("address-part", ":all")
    if part == ":localpart":
        raise UnreadableError(part)
    names = [
        name.lower() for name in strings(test.arguments.get("header-list") or test.arguments["header-names"])
    ]
    keys, how = strings(test.arguments["key-list"]), test.arguments.get("match-type", ":is")
    # A domain is words in their order, wherever it stands.
    return _of_fields(names, keys, ":contains" if part == ":domain" else how)


def _envelope(test: Command) -> Node:
    names = [name.lower() for name in strings(test.arguments["header-list"])]
    if names != ["to"]:
        raise UnreadableError(" ".join(names))
    keys, how = strings(test.arguments["key-list"]), test.arguments.get("match-type", ":is")
    return _of_fields(["delivered-to"], keys, how)


def _of_fields(names: Sequence[str], keys: Sequence[str], how: str) -> Node:
    unknown = [name for name in names if name not in _FIELDS]
    if unknown:
        raise UnreadableError(unknown[0])
    if set(names) >= _EVERYWHERE:
        return _joined(Or, [_text(key, "", how) for key in keys])
    fields = dict.fromkeys(_FIELDS[name] for name in names)
    if {"cc", "bcc"} & fields.keys() and "to" in fields:
        # Ours looks through all three for "to".
        fields = {name: None for name in fields if name not in {"cc", "bcc"}}
    return _joined(Or, [_text(key, field, how) for field in fields for key in keys])


def _body(test: Command) -> Node:
    keys, how = strings(test.arguments["key-list"]), test.arguments.get("match-type", ":is")
    if how != ":contains" or test.arguments.get("body-transform") == ":content":
        raise UnreadableError(f"body {how}")
    if [key.lower() for key in keys] == [_FILE]:
        return Has("attachment")
    return _joined(Or, [_text(key, "", how) for key in keys])


def _text(key: str, field: str, how: str) -> Text:
    """Read one key: a whole address, words that are contained, or a pattern that says no more than that."""
    plain = key.strip()
    if how == ":matches":
        plain, how = plain.strip("*"), ":contains"
        if "?" in plain or "*" in plain or key.strip() == plain:
            raise UnreadableError(key)
    if how == ":is" and not _ADDRESS.fullmatch(plain):
        raise UnreadableError(f":is {key}")
    if how not in {":is", ":contains"} or not plain or '"' in plain:
        raise UnreadableError(f"{how} {key}")
    exact = not re.fullmatch(r"[\w.@+-]+", plain) or plain.startswith("-")
    return Text(plain, field, exact=exact)


_READ: Final[dict[str, Callable[[Command], Node]]] = {
    "allof": _all_of,
    "anyof": _any_of,
    "not": lambda test: Not(condition(test.arguments["test"])),
    "true": lambda _test: EVERYTHING,
    "false": lambda _test: Not(EVERYTHING),
    "size": _size,
    "header": _header,
    "address": _address,
    "envelope": _envelope,
    "body": _body,
}
