"""MTA-STS: records and policies read as RFC 8461 says, and fetched from nobody else."""

import http.client
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mailserver.smtp import sts
from mailserver.smtp.sts import Policy, PolicyError
from mailserver.sts_fetch import FetchError, fetch
from mailserver.web import Request, Web
from tests.certificate import Authority
from tests.web_peer import Names, Server

TEXT = "version: STSv1\nmode: enforce\nmx: mail.far.test\nmx: *.far.test\nmax_age: 604800\n"


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([b"v=STSv1; id=20261122T120000;"], "20261122T120000"),
        ([b"v=STSv1;id=1"], "1"),
        ([b"v=spf1 -all", b"v=STSv1; id=2;"], "2"),
        ([b"v=STSv1; id=1;", b"v=STSv1; id=2;"], ""),
        ([b"v=STSv1; id=not-valid!;"], ""),
        ([b"v=STSv2; id=1;"], ""),
        ([], ""),
    ],
)
def test_the_record(texts: list[bytes], found: str) -> None:
    assert sts.record_id(texts) == found


def test_a_policy_is_read_and_says_which_hosts_it_permits() -> None:
    policy = sts.parse(TEXT.replace("\n", "\r\n"))
    assert policy == Policy("enforce", ("mail.far.test", "*.far.test"), 604800)
    assert policy.permits("MAIL.far.test.")
    assert policy.permits("mx1.far.test")
    assert not policy.permits("a.mx1.far.test")
    assert not policy.permits("far.test")
    assert sts.parse("\n".join(policy.lines())) == policy


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT.replace("STSv1", "STSv2"),
        TEXT.replace("enforce", "strict"),
        TEXT.replace("max_age: 604800", "max_age: soon"),
        TEXT.replace("mx: mail.far.test\nmx: *.far.test\n", ""),
        TEXT.replace("*.far.test", "*.*.test"),
        "<html>no</html>",
    ],
)
def test_what_is_no_policy(text: str) -> None:
    with pytest.raises(PolicyError):
        sts.parse(text)


def test_a_year_is_the_longest() -> None:
    assert sts.parse(TEXT.replace("604800", "9999999999")).max_age == sts.MAX_AGE


class Near(Web):
    """Reaches the server of a test where port 443 of the policy's host is meant."""

    def __init__(self, port: int, authority: Authority) -> None:
        names = Names(**{"mta-sts": [["127.0.0.1"]]})
        permitted = {"permitted": lambda _: True, "ports": lambda _: True, "tls": authority.trusting()}
        super().__init__(names, **permitted)  # type: ignore[arg-type]
        self._port = port

    def exchange[T](
        self, request: Request, deadline: float, take: Callable[[http.client.HTTPResponse], T]
    ) -> T:
        assert request.url == "https://mta-sts.far.test/.well-known/mta-sts.txt"
        there = request.url.replace("far.test/", f"far.test:{self._port}/")
        return super().exchange(replace(request, url=there), deadline, take)


def answer(status: str = "200 OK", kind: str = "text/plain; charset=utf-8", body: str = TEXT) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Location: https://evil.test/\r\n\r\n{body}".encode()


def test_a_policy_is_fetched_over_https(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server = Server(answer(), tls=authority.serving("mta-sts.far.test")[0])
    assert fetch(Near(server.port, authority), "far.test").mode == "enforce"
    server.close()


@pytest.mark.parametrize(
    ("served", "name", "result"),
    [
        (answer("302 Found"), "mta-sts.far.test", "sts-policy-fetch-error"),
        (answer("404 Not Found"), "mta-sts.far.test", "sts-policy-fetch-error"),
        (answer(kind="text/html"), "mta-sts.far.test", "sts-policy-invalid"),
        (answer(body="nonsense"), "mta-sts.far.test", "sts-policy-invalid"),
        (answer(body="x" * 70_000), "mta-sts.far.test", "sts-policy-invalid"),
        (answer(), "evil.test", "sts-webpki-invalid"),
    ],
)
def test_what_is_not_to_be_had(served: bytes, name: str, result: str, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server = Server(served, tls=authority.serving(name)[0])
    with pytest.raises(FetchError) as caught:
        fetch(Near(server.port, authority), "far.test")
    server.close()
    assert caught.value.result == result
