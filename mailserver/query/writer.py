"""Write a tree as the text that reads as it."""

from .tree import Age, And, Day, Has, In, Is, Leaf, MessageId, Node, Not, Or, Remote, Size, Status, Text

# After an operator, what looks like another would be read as one.
_NEEDS_QUOTES = frozenset('"“”„‟＂(){}（）:：')


def write(node: Node | None) -> str:
    """Write a query; `parse` reads the same tree from it."""
    match node:
        case None:
            return ""
        case And(nodes):
            return " ".join(f"({write(each)})" if isinstance(each, And) else write(each) for each in nodes)
        case Or(nodes):
            return " OR ".join(_member(each) for each in nodes)
        case Not(inner):
            return f"-{_member(inner)}"
        case _:
            return _leaf(node)


def _member(node: Node) -> str:
    return f"({write(node)})" if isinstance(node, And | Or) else write(node)


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Text(value, field, exact, prefix):
            text = f'"{value}"' if exact else f"{value}*" if prefix else value
            return f"{field}:{text}" if field else text
        case In(name, label):
            return f"{'label' if label else 'in'}:{_quoted(name)}"
        case Is(state):
            return f"is:{state}"
        case Has(thing):
            return f"has:{thing}"
        case Day(before, day):
            return f"{'before' if before else 'after'}:{day:%Y/%m/%d}"
        case Age(older, count, unit):
            return f"{'older' if older else 'newer'}_than:{count}{unit}"
        case Size(larger, size):
            return f"{'larger' if larger else 'smaller'}:{_size(size)}"
        case MessageId(value):
            return f"rfc822msgid:{_quoted(value)}"
        case Status(status):
            return f"status:{status}"
        case Remote(domain):
            return f"remote:{domain}"


def _quoted(value: str) -> str:
    plain = value and not _NEEDS_QUOTES & set(value) and not any(map(str.isspace, value)) and value[0] != "-"
    return value if plain else f'"{value}"'


def _size(size: int) -> str:
    for unit, letter in ((1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K")):
        if size and size % unit == 0:
            return f"{size // unit}{letter}"
    return str(size)
