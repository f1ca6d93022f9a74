"""Rules -> a script that any Sieve server runs (RFC 5228, 3894, 5173, 5230, 5232, 5260, 5429).

Sieve looks for parts of words where our rules look for whole ones, so a script may find a little more.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from mailserver.query import And, Has, MessageId, Node, Not, Or, Size, Text

from .values import EVERYTHING, Filter, Reply

_EXTENSIONS: Final = {
    "fileinto": "fileinto",
    ":copy": "copy",
    "addflag": "imap4flags",
    "body :": "body",
    "envelope :": "envelope",
    "vacation ": "vacation",
    "currentdate": "date",
    ":value": "relational",
}
_HEADERS: Final = {
    "from": ("from", "sender"),
    "to": ("to", "cc", "bcc"),
    "cc": ("cc",),
    "bcc": ("bcc",),
    "subject": ("subject",),
    "list": ("list-id",),
}


def write(filters: Sequence[Filter], reply: Reply | None = None) -> str:
    """Write all rules in their order, then the answer; each rule's name stands above it."""
    blocks = [_filter(each) for each in filters]
    if reply:
        blocks.append(_reply(reply))
    body = "\n\n".join(blocks)
    needed = dict.fromkeys(name for sign, name in _EXTENSIONS.items() if sign in body)
    head = [f"require {_strings(list(needed))};"] if needed else []
    return "\n\n".join([*head, body]).strip() + "\n"


def _filter(each: Filter) -> str:
    test = _test(each.tree)
    lines = [f"    {action};" for action in _actions(each)]
    if not each.enabled:
        test = f"allof (false, {test})"
    name = " ".join(each.name.split())
    return "\n".join([*([f"# rule:[{name}]"] if name else []), f"if {test} {{", *lines, "}"])


def _actions(each: Filter) -> Iterator[str]:
    """Write flags first: what is filed after them has them (RFC 5232 §4)."""
    if each.stars:
        yield 'addflag "\\\\Flagged"'
    if each.marks_read:
        yield 'addflag "\\\\Seen"'
    if each.forward_to:
        yield f"redirect :copy {_string(each.forward_to)}"
    if each.trashes:
        yield 'fileinto "Trash"'
    elif each.folder:
        yield f"fileinto {'' if each.archives else ':copy '}{_string(each.folder)}"
    elif each.archives:
        yield 'fileinto "Archive"'
    if each.stops:
        yield "stop"


def _test(node: Node) -> str:
    match node:
        case And(nodes):
            return f"allof ({', '.join(map(_test, nodes))})"
        case Or(nodes):
            return f"anyof ({', '.join(map(_test, nodes))})"
        case Not(inner):
            return f"not {_test(inner)}"
        case Text():
            return _text(node)
        case Size(larger, size):
            return "true" if node == EVERYTHING else f"size {':over' if larger else ':under'} {size}"
        case Has():
            return 'body :raw :contains "Content-Disposition: attachment"'
        case MessageId(value):
            return f"header :is {_string('message-id')} {_string(f'<{value}>')}"
    # What is not known on arrival is in no rule.
    return "false"


def _text(text: Text) -> str:
    value = _string(text.value)
    if text.field in _HEADERS:
        return f"header :contains {_strings(_HEADERS[text.field])} {value}"
    if text.field == "deliveredto":
        return f'envelope :all :contains "to" {value}'
    if text.field == "filename":
        return f"body :raw :contains {value}"
    headers = _strings(["subject", "from", "to", "cc"])
    return f"anyof (header :contains {headers} {value}, body :text :contains {value})"


def _reply(reply: Reply) -> str:
    days = [f'currentdate :value "ge" "date" "{reply.first_day:%Y-%m-%d}"']
    if reply.last_day:
        days.append(f'currentdate :value "le" "date" "{reply.last_day:%Y-%m-%d}"')
    subject = f":subject {_string(reply.subject)} " if reply.subject else ""
    action = f"    vacation :days 7 {subject}{_string(reply.text)};"
    return "\n".join([f"if allof ({', '.join(days)}) {{", action, "}"])


def _strings(values: Sequence[str]) -> str:
    return _string(values[0]) if len(values) == 1 else f"[{', '.join(map(_string, values))}]"


def _string(value: str) -> str:
    """Write a quoted string (RFC 5228 §2.4.2)."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
