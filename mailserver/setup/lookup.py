"""Ask the DNS what it says of records, all at once."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from mailserver.dns import NoAnswerError, NoSuchNameError, Resolver

from .records import Record
from .verdict import Found

_AT_ONCE = 12


def find(resolver: Resolver, records: Iterable[Record]) -> list[Found]:
    """What the DNS says now of each record, in their order."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="records") as threads:
        return list(threads.map(lambda record: _find(resolver, record), records))


def addresses(resolver: Resolver, host: str) -> tuple[str, ...]:
    """The addresses of a host; none where the DNS knows none, or says nothing."""
    try:
        return tuple(resolver.addresses(host))
    except (NoSuchNameError, NoAnswerError):
        return ()


def _find(resolver: Resolver, record: Record) -> Found:
    try:
        return Found(tuple(_ASK[record.kind](resolver, record.name)))
    except NoSuchNameError:
        return Found()
    except NoAnswerError:
        return Found(is_silent=True)


def _alias(resolver: Resolver, name: str) -> list[str]:
    """Where an alias leads; for a name that is none, its addresses."""
    return resolver.aliases(name) or resolver.addresses(name)


_ASK: Mapping[str, Callable[[Resolver, str], Iterable[str]]] = {
    "A": Resolver.addresses,
    "AAAA": Resolver.addresses,
    "MX": lambda resolver, name: (f"{number} {host}." for number, host in resolver.mx(name)),
    "TXT": lambda resolver, name: (text.decode("utf-8", "replace") for text in resolver.txt(name)),
    "CNAME": _alias,
    "SRV": Resolver.services,
    "PTR": lambda resolver, address: (f"{name}." for name in resolver.names_of(address)),
}
