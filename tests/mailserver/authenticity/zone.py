"""A DNS that is a table, without a socket: for suites of hundreds of cases."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from mailserver.dns import NoAnswerError, NoSuchNameError

TIMEOUT = "TIMEOUT"


class Zone:
    """`records` maps a name to a list of {type: value}; TIMEOUT in it is what it says of all other types."""

    def __init__(self, records: Mapping[str, Sequence[Any]]) -> None:
        self._records = {name.lower(): list(found) for name, found in records.items()}
        self.asked: list[tuple[str, str]] = []

    def txt(self, name: str) -> list[bytes]:
        found = self._ask(name, "TXT")
        joined = ["".join(each) if isinstance(each, list) else each for each in found]
        return [each.encode("utf-8") for each in joined]

    def ipv4(self, host: str) -> list[str]:
        return self._ask(host, "A")

    def ipv6(self, host: str) -> list[str]:
        return self._ask(host, "AAAA")

    def mx(self, domain: str) -> list[tuple[int, str]]:
        return [(preference, host) for preference, host in self._ask(domain, "MX")]

    def names_of(self, ip: str) -> list[str]:
        return self._ask(ipaddress.ip_address(ip).reverse_pointer, "PTR")

    def until(self, _deadline: float) -> "Zone":
        return self

    def _ask(self, name: str, kind: str, steps: int = 10) -> list[Any]:
        name = name.lower().removesuffix(".")
        self.asked.append((name, kind))
        if any(not 0 < len(label) < 64 for label in name.split(".")) or name not in self._records:
            raise NoSuchNameError(name)
        found = self._records[name]
        values = [each[kind] for each in found if isinstance(each, dict) and kind in each]
        aliases = [each["CNAME"] for each in found if isinstance(each, dict) and "CNAME" in each]
        if not values and aliases and steps:
            return self._ask(aliases[0], kind, steps - 1)
        if not values and TIMEOUT in found:
            raise NoAnswerError(name)
        return values
