"""Fetching a domain's MTA-STS policy over HTTPS, as strictly as it must be (RFC 8461 §3.3)."""

import http.client
import time

from .smtp import sts
from .smtp.sts import Policy, PolicyError
from .web import CertificateError, Request, Web, WebError

SECONDS = 15.0
_HEADERS = {"User-Agent": "Postillion", "Accept": "text/plain", "Connection": "close"}


class FetchError(Exception):
    """There is no policy to be had, for this reason; `result` is its name in TLS reports (RFC 8460 §4.3)."""

    def __init__(self, reason: str, result: str) -> None:
        super().__init__(reason)
        self.result = result


def fetch(web: Web, domain: str, seconds: float = SECONDS) -> Policy:
    """Return the policy of a domain (in A-labels); raises FetchError. A redirect is no policy."""
    request = Request(f"https://mta-sts.{domain}/.well-known/mta-sts.txt", headers=_HEADERS)
    try:
        text = web.exchange(request, time.monotonic() + seconds, _text)
    except CertificateError as error:
        raise FetchError(str(error), "sts-webpki-invalid") from error
    except WebError as error:
        raise FetchError(str(error), "sts-policy-fetch-error") from error
    try:
        return sts.parse(text)
    except PolicyError as error:
        raise FetchError(f"the policy of {domain} is wrong: {error}", "sts-policy-invalid") from error


def _text(response: http.client.HTTPResponse) -> str:
    if response.status != 200:
        raise FetchError(f"the server of the policy answered {response.status}", "sts-policy-fetch-error")
    if response.headers.get_content_type() != "text/plain":
        raise FetchError("the policy is not plain text", "sts-policy-invalid")
    data = response.read(sts.MAX_POLICY_BYTES + 1)
    if len(data) > sts.MAX_POLICY_BYTES:
        raise FetchError("the policy is too large", "sts-policy-invalid")
    return data.decode("utf-8", "replace")
