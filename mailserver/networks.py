"""Lists of networks that an operator names: whose word is taken, who is not asked."""

import ipaddress
from collections.abc import Iterable, Sequence


class Networks:
    """Addresses and networks; raises ValueError for anything else. Only an address is ever within one."""

    def __init__(self, names: Iterable[str]) -> None:
        self._networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network] = [
            ipaddress.ip_network(name.strip(), strict=False) for name in names if name.strip()
        ]

    def __bool__(self) -> bool:
        return bool(self._networks)

    def __contains__(self, ip: str) -> bool:
        try:
            address = ipaddress.ip_address(ip.partition("%")[0])
        except ValueError:
            return False
        return any(address in network for network in self._networks)
