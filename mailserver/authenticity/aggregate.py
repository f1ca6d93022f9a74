"""DMARC aggregate reports (RFC 9990): what others saw of mail in our name, and what we saw of theirs."""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from .report_file import Element, ReportError, parse_xml, unpacked

MOST_ROWS = 100_000
_LONGEST = 255
_LAST_SECOND = 4_000_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """How many messages came from an address, with what results: dkim and spf as DMARC evaluated them."""

    ip: str
    count: int
    disposition: str
    dkim: str
    spf: str
    header_from: str
    envelope_from: str = ""
    override: str = ""
    auth_spf: tuple[str, str, str] = ("", "", "")
    """Domain, scope and result."""
    auth_dkim: tuple[tuple[str, str, str], ...] = ()
    """Domain, selector and result of each signature."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the domain had published."""

    domain: str
    policy: str = "none"
    subdomain_policy: str = ""
    nonexistent_policy: str = ""
    strict_dkim: bool = False
    strict_spf: bool = False
    is_testing: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One report: who reports, about which time, which policy, and the rows."""

    reporter: str
    contact: str
    id: str
    begins_at: datetime
    ends_at: datetime
    policy: Policy
    rows: tuple[Row, ...]


def parse(data: bytes) -> Report:
    """Read a file as it was attached; raises ReportError."""
    root = parse_xml(unpacked(data))
    if root.name != "feedback":
        raise ReportError("not a report of DMARC")
    head, published = root.first("report_metadata"), root.first("policy_published")
    domain, identity = _short(published.value("domain")).lower(), _short(head.value("report_id"))
    records = root.all("record")
    if not domain or not identity or len(records) > MOST_ROWS:
        raise ReportError("a report without its domain or its name, or very long")
    return Report(
        reporter=_short(head.value("org_name") or head.value("email")),
        contact=_short(head.value("email")),
        id=identity,
        begins_at=_moment(head.value("date_range", "begin")),
        ends_at=_moment(head.value("date_range", "end")),
        policy=Policy(
            domain,
            _short(published.value("p")).lower() or "none",
            _short(published.value("sp")).lower(),
            _short(published.value("np")).lower(),
            published.value("adkim").lower() == "s",
            published.value("aspf").lower() == "s",
            published.value("testing").lower() == "y",
        ),
        rows=tuple(map(_row, records)),
    )


def _row(record: Element) -> Row:
    row, evaluated = record.first("row"), record.first("row", "policy_evaluated")
    try:
        ip = str(ipaddress.ip_address(row.value("source_ip")))
        count = int(row.value("count")[:12])
    except ValueError as error:
        raise ReportError("a row without its address or its count") from error
    found = record.first("auth_results")
    spf = found.first("spf")
    return Row(
        ip=ip,
        count=max(count, 0),
        disposition=_short(evaluated.value("disposition")).lower(),
        dkim=_short(evaluated.value("dkim")).lower(),
        spf=_short(evaluated.value("spf")).lower(),
        header_from=_short(record.value("identifiers", "header_from")).lower(),
        envelope_from=_short(record.value("identifiers", "envelope_from")).lower(),
        override=_short(evaluated.value("reason", "type")),
        auth_spf=(_short(spf.value("domain")), _short(spf.value("scope")), _short(spf.value("result"))),
        auth_dkim=tuple(
            (_short(each.value("domain")), _short(each.value("selector")), _short(each.value("result")))
            for each in found.all("dkim")[:100]
        ),
    )


def _short(text: str) -> str:
    return "".join(filter(str.isprintable, text))[:_LONGEST]


def _moment(text: str) -> datetime:
    if not (text.isascii() and text.isdigit()) or int(text[:12]) > _LAST_SECOND:
        raise ReportError("a report without its time")
    return datetime.fromtimestamp(int(text[:12]), UTC)


def write(report: Report) -> bytes:
    """Write a report as XML (RFC 9990 Appendix A)."""
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *_feedback(report), ""]).encode()


def _feedback(report: Report) -> Iterator[str]:
    policy = report.policy
    yield '<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">'
    yield " <report_metadata>"
    yield from _fields(2, ("org_name", report.reporter), ("email", report.contact), ("report_id", report.id))
    begin, end = int(report.begins_at.timestamp()), int(report.ends_at.timestamp())
    yield f"  <date_range><begin>{begin}</begin><end>{end}</end></date_range>"
    yield " </report_metadata>"
    yield " <policy_published>"
    yield from _fields(
        2,
        ("domain", policy.domain),
        ("p", policy.policy),
        ("sp", policy.subdomain_policy),
        ("np", policy.nonexistent_policy),
        ("adkim", "s" if policy.strict_dkim else "r"),
        ("aspf", "s" if policy.strict_spf else "r"),
        ("testing", "y" if policy.is_testing else "n"),
        ("discovery_method", "treewalk"),
    )
    yield " </policy_published>"
    for row in report.rows:
        yield from _record(row)
    yield "</feedback>"


def _record(row: Row) -> Iterator[str]:
    yield " <record>"
    yield f"  <row><source_ip>{escape(row.ip)}</source_ip><count>{row.count}</count>"
    yield "   <policy_evaluated>"
    yield from _fields(4, ("disposition", row.disposition), ("dkim", row.dkim), ("spf", row.spf))
    if row.override:
        yield f"    <reason><type>{escape(row.override)}</type></reason>"
    yield "   </policy_evaluated></row>"
    yield "  <identifiers>"
    yield from _fields(3, ("header_from", row.header_from), ("envelope_from", row.envelope_from))
    yield "  </identifiers>"
    yield "  <auth_results>"
    for domain, selector, result in row.auth_dkim:
        yield "   <dkim>"
        yield from _fields(4, ("domain", domain), ("selector", selector), ("result", result))
        yield "   </dkim>"
    domain, scope, result = row.auth_spf
    yield "   <spf>"
    yield from _fields(4, ("domain", domain), ("scope", scope), ("result", result))
    yield "   </spf>"
    yield "  </auth_results>"
    yield " </record>"


def _fields(indent: int, *fields: tuple[str, str]) -> Iterable[str]:
    return [f"{' ' * indent}<{name}>{escape(text)}</{name}>" for name, text in fields if text]
