"""A domain leads to hosts in order, or to the reason why not."""

from collections.abc import Callable

import pytest

from mailserver.dns import Resolver
from mailserver.smtp.route import MAX_HOSTS, Host, RouteError, Routes, addresses, hosts_for
from tests.names import SERVFAIL, Names

NO_ROUTES = Routes()
RECORDS: dict[str, dict[str, list[str]] | str] = {
    "two.test": {"MX": ["20 worse.test.", "10 better.test."]},
    "equal.test": {"MX": ["10 a.test.", "10 b.test.", "10 c.test."]},
    "many.test": {"MX": [f"{number} mx{number}.test." for number in range(15)]},
    "nullmx.test": {"MX": ["0 ."]},
    "nomx.test": {"A": ["203.0.113.9"]},
    "empty.test": {"TXT": ["hello"]},
    "servfail.test": SERVFAIL,
    "us.test": {"MX": ["5 best.test.", "10 US.test.", "10 same.test.", "20 worse.test."]},
    "onlyus.test": {"MX": ["10 us.test."]},
    "private.test": {"A": ["10.0.0.1", "127.0.0.1", "169.254.1.1"], "AAAA": ["::1", "::ffff:10.0.0.1"]},
    "alias.test": {"CNAME": ["alias2.test."]},
    "alias2.test": {"CNAME": ["two.test."]},
    "mxalias.test": {"MX": ["10 hostalias.test."]},
    "hostalias.test": {"CNAME": ["open.test."]},
    "open.test": {"A": ["93.184.216.34"], "AAAA": ["2606:2800:220:1::1"]},
    "round.test": {"CNAME": ["about.test."]},
    "about.test": {"CNAME": ["round.test."]},
    "dangling.test": {"CNAME": ["nowhere.test."]},
    "mixed.test": {"A": ["10.0.0.1", "93.184.216.34"]},
}


def ask[T](question: Callable[[Resolver], T]) -> T:
    with Names(RECORDS) as names:
        return question(Resolver(names.server, lifetime=1))


def names_for(domain: str) -> list[str]:
    return [host.name for host in ask(lambda resolver: hosts_for(domain, resolver, NO_ROUTES, {"us.test"}))]


def test_the_preferred_first() -> None:
    assert names_for("two.test") == ["better.test", "worse.test"]


def test_a_chain_of_aliases_leads_to_the_mail_hosts() -> None:
    assert names_for("alias.test") == ["better.test", "worse.test"]


def test_a_mail_host_that_is_an_alias_is_dialled() -> None:
    found = ask(lambda resolver: addresses(Host("hostalias.test"), resolver))
    assert found == ("93.184.216.34", "2606:2800:220:1::1")


def test_equals_are_shuffled() -> None:
    with Names(RECORDS) as names:
        resolver = Resolver(names.server)
        orders = {hosts_for("equal.test", resolver, NO_ROUTES) for _ in range(60)}
    assert {frozenset(host.name for host in order) for order in orders} == {
        frozenset({"a.test", "b.test", "c.test"})
    }
    assert len(orders) > 2


def test_no_mx_is_the_domain_itself() -> None:
    assert names_for("nomx.test") == ["nomx.test"]


def test_at_most_ten_hosts() -> None:
    assert len(names_for("many.test")) == MAX_HOSTS


def test_we_and_what_is_no_better_are_left_out() -> None:
    assert names_for("us.test") == ["best.test"]


@pytest.mark.parametrize(
    ("domain", "enhanced", "permanent"),
    [
        ("nowhere.test", "5.1.2", True),
        ("nullmx.test", "5.1.10", True),
        ("onlyus.test", "5.4.6", True),
        ("servfail.test", "4.4.3", False),
        ("round.test", "4.4.3", False),
        ("dangling.test", "5.1.2", True),
    ],
)
def test_no_way(domain: str, enhanced: str, permanent: bool) -> None:
    with pytest.raises(RouteError) as caught:
        names_for(domain)
    assert caught.value.reply.enhanced == enhanced
    assert caught.value.reply.permanent is permanent


@pytest.mark.parametrize(
    ("host", "enhanced"),
    [
        ("private.test", "5.4.4"),
        ("nowhere.test", "5.4.4"),
        ("empty.test", "5.1.2"),
        ("servfail.test", "4.4.3"),
    ],
)
def test_a_host_that_is_not_dialled(host: str, enhanced: str) -> None:
    with pytest.raises(RouteError) as caught:
        ask(lambda resolver: addresses(Host(host), resolver))
    assert caught.value.reply.enhanced == enhanced


def test_private_addresses_are_left_out() -> None:
    assert ask(lambda resolver: addresses(Host("mixed.test"), resolver)) == ("93.184.216.34",)


def test_static_routes_beat_the_dns_and_may_be_private() -> None:
    routes = Routes.parse("two.test=127.0.0.1:2626, six.test=[::1]:26 ,*=smart.test")
    resolver = Resolver("127.0.0.1:1")
    assert hosts_for("two.test", resolver, routes) == (Host("127.0.0.1", 2626, routed=True),)
    assert hosts_for("six.test", resolver, routes) == (Host("::1", 26, routed=True),)
    assert hosts_for("any.test", resolver, routes) == (Host("smart.test", 25, routed=True),)
    assert addresses(Host("127.0.0.1", 2626, routed=True), resolver) == ("127.0.0.1",)


def test_a_routed_host_that_is_not_found_defers() -> None:
    with pytest.raises(RouteError) as caught:
        addresses(Host("nowhere.invalid", 25, routed=True), Resolver("127.0.0.1:1"))
    assert caught.value.reply.temporary


@pytest.mark.parametrize("text", ["hamburger.test", "=mx:25", "a.test=mx:port"])
def test_a_route_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"route|host|int"):
        Routes.parse(text)
