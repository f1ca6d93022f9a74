"""Judge what the DNS says against what it should say: values in, a verdict out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .records import Record, Weight

_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What the DNS says of a name now; `is_silent` when it gave no answer."""

    values: tuple[str, ...] = ()
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fault` is "" for a record that serves; `note` is said beside one that could be better.

    fault: silent, missing, twice, other, open (SPF lets everybody send), syntax.
    note: watching (DMARC acts on nothing), unsure (SPF leaves it to others), weaker (SPF without an end).
    """

    record: Record
    found: Found
    fault: str = ""
    note: str = ""

    @property
    def is_right(self) -> bool:
        """Tell whether the record serves."""
        return not self.fault

    @property
    def weight(self) -> Weight:
        """What the fault costs; what nobody answered about is no more than worth a look."""
        return Weight.OPTIONAL if self.fault == "silent" else self.record.weight


def judge(record: Record, found: Found, addresses: tuple[str, ...] = ()) -> Verdict:
    """Say whether `found` serves as `record` should; `addresses` are those of the mail host."""
    found = Found(found.values[:_MOST_SHOWN], found.is_silent)
    if found.is_silent:
        return Verdict(record, found, "silent")
    fault, note = _JUDGES.get(record.purpose, _same)(record, found.values, addresses)
    return Verdict(record, found, fault, note)


type _Judged = tuple[str, str]
type _Judge = Callable[[Record, tuple[str, ...], tuple[str, ...]], _Judged]


def _same(record: Record, values: tuple[str, ...], _addresses: tuple[str, ...]) -> _Judged:
    wanted = {_plain(record.value), *map(_plain, record.accepts)}
    if any(_plain(value) in wanted for value in values):
        return "", ""
    return ("other" if values else "missing"), ""


def _mx(record: Record, values: tuple[str, ...], _addresses: tuple[str, ...]) -> _Judged:
    """One of the hosts is ours, and none is asked before it."""
    pairs = sorted((int(number), _plain(host)) for number, _, host in (v.partition(" ") for v in values))
    if not pairs:
        return "missing", ""
    host = _plain(record.value.partition(" ")[2])
    best = {name for number, name in pairs if number == pairs[0][0]}
    return ("" if host in best else "other"), ""


def _srv(record: Record, values: tuple[str, ...], _addresses: tuple[str, ...]) -> _Judged:
    """Port and host count; priority and weight are the administrator's own."""
    places = {tuple(_plain(value).split(" ")[2:]) for value in values}
    if not places:
        return "missing", ""
    return ("" if tuple(_plain(record.value).split(" ")[2:]) in places else "other"), ""


def _host(_record: Record, values: tuple[str, ...], _addresses: tuple[str, ...]) -> _Judged:
    """Any address is one; whether it is this machine's, only its network knows."""
    return ("" if values else "missing"), ""


def _spf(record: Record, values: tuple[str, ...], addresses: tuple[str, ...]) -> _Judged:
    """One policy (RFC 7208 §4.5), which lets this host send and not everybody."""
    policies = [value for value in values if value.lower().split(" ")[0] == "v=spf1"]
    if len(policies) != 1:
        return ("twice" if policies else "missing"), ""
    terms = policies[0].lower().split()[1:]
    if {"all", "+all"} & set(terms):
        return "open", ""
    host_terms = {
        "mx",
        f"mx:{record.name}",
        *(f"ip4:{a}" for a in addresses),
        *(f"ip6:{a}" for a in addresses),
    }
    if not host_terms & {term.removeprefix("+") for term in terms}:
        leads_on = any(
            term.lstrip("+").startswith(("include:", "redirect=", "a:", "a", "ip")) for term in terms
        )
        return ("", "unsure") if leads_on else ("other", "")
    ends = terms[-1] in ("-all", "~all") or terms[-1].startswith("redirect=")
    return "", ("" if ends else "weaker")


def _dkim(record: Record, values: tuple[str, ...], _addresses: tuple[str, ...]) -> _Judged:
    """The key is what counts (RFC 6376 §3.6.1); an empty one is revoked."""
    keys = {_tags(value).get("p", "") for value in values}
    if not keys:
        return "missing", ""
    return ("" if _tags(record.value).get("p") in keys else "other"), ""


def _dmarc(_record: Record, values: tuple[str, ...], _addresses: tuple[str, ...]) -> _Judged:
    policies = [tags for value in values if (tags := _tags(value)).get("v") == "DMARC1"]
    if len(policies) != 1:
        return ("twice" if policies else "missing"), ""
    wish = policies[0].get("p", "").lower()
    if wish not in ("none", "quarantine", "reject"):
        return "syntax", ""
    return "", ("watching" if wish == "none" else "")


def _tagged(record: Record, values: tuple[str, ...], _addresses: tuple[str, ...]) -> _Judged:
    """A record of tags, of which the version and the first tag of ours count."""
    wanted = _tags(record.value)
    mine = [tags for value in values if (tags := _tags(value)).get("v") == wanted["v"]]
    if len(mine) != 1:
        return ("twice" if mine else "missing"), ""
    return ("" if mine[0].get("id", "") == wanted.get("id", "") else "other"), ""


def _tls_rpt(record: Record, values: tuple[str, ...], _addresses: tuple[str, ...]) -> _Judged:
    """Reports may go to any address, but somewhere (RFC 8460 §3)."""
    mine = [tags for value in values if (tags := _tags(value)).get("v") == _tags(record.value)["v"]]
    if len(mine) != 1:
        return ("twice" if mine else "missing"), ""
    return ("" if mine[0].get("rua") else "syntax"), ""


_JUDGES: Mapping[str, _Judge] = {
    "address": _host,
    "mx": _mx,
    "spf": _spf,
    "dkim": _dkim,
    "dmarc": _dmarc,
    "mta-sts": _tagged,
    "tls-rpt": _tls_rpt,
    "srv": _srv,
}


def _tags(value: str) -> dict[str, str]:
    """Read `v=…; p=…` (RFC 6376 §3.2); spaces within values are folding."""
    pairs = (part.partition("=") for part in value.split(";") if "=" in part)
    return {name.strip().lower(): "".join(text.split()) for name, _, text in pairs}


def _plain(value: str) -> str:
    return " ".join(value.lower().split()).rstrip(".")
