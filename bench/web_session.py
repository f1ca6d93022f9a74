"""A person at the web pages: one kept-alive connection, cookies, and the real sign-in form."""

import gzip
import html
import http.client
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

from .forms import form_values

_MAX_REDIRECTS = 5


class UnexpectedAnswerError(Exception):
    """A page answered with another status than was needed."""


@dataclass(frozen=True)
class Answer:
    """What came back, and how many seconds that took."""

    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")

    def json(self) -> object:
        """The body as JSON."""
        return json.loads(self.body)


class WebSession:
    """Asks a server on loopback, as one browser would; redirects are followed."""

    def __init__(self, site: str, seconds: float = 60) -> None:
        address = urlsplit(site)
        if address.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("only servers on this machine are measured")
        self.site = site.rstrip("/")
        self._connection = http.client.HTTPConnection(address.hostname, address.port, timeout=seconds)
        self._cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Answer:
        """GET; header names are written with underscores, as `HX_Request="true"`."""
        return self._follow("GET", path, None, headers)

    def once(self, path: str) -> Answer:
        """GET without following a redirect."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, form: Mapping[str, object], **headers: str) -> Answer:
        """POST a form, with the token against forgery that the cookie holds."""
        headers.setdefault("X_CSRFToken", self._csrf_token())
        return self._follow("POST", path, form, headers)

    def sign_in(self, address: str, password: str, path: str = "/sign-in/") -> None:
        """Fill in the sign-in form as a person does; raises UnexpectedAnswerError when it is shown again."""
        page = self.get(path)
        form = form_values(page.text, "password")
        name = "username" if "username" in form else "address"
        answer = self.post(path, {**form, name: address, "password": password})
        if answer.status != 200 or answer.path.startswith(path):
            raise UnexpectedAnswerError(f"signing in as {address}: {answer.status} {answer.path}")

    def stream(self, path: str) -> http.client.HTTPResponse:
        """Open an endless answer on a connection of its own; the caller closes it."""
        connection = http.client.HTTPConnection(self._connection.host, self._connection.port, timeout=60)
        connection.request("GET", path, headers={"Cookie": self.cookies})
        response = connection.getresponse()
        if response.status != 200:
            raise UnexpectedAnswerError(f"{path}: {response.status}")
        return response

    @property
    def cookies(self) -> str:
        """What the site was told to be sent back, as a header has it."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def _csrf_token(self) -> str:
        return next((value for name, value in self._cookies.items() if name.startswith("csrf")), "")

    def _follow(
        self, method: str, path: str, form: Mapping[str, object] | None, headers: Mapping[str, str]
    ) -> Answer:
        for _ in range(_MAX_REDIRECTS):
            answer = self._ask(method, path, form, headers)
            if answer.status not in (301, 302, 303):
                return answer
            target = urlsplit(urljoin(self.site + path, answer.headers["location"]))
            path = target.path + (f"?{target.query}" if target.query else "")
            method, form = "GET", None
        raise UnexpectedAnswerError(f"{path}: too many redirects")

    def _ask(
        self, method: str, path: str, form: Mapping[str, object] | None, headers: Mapping[str, str]
    ) -> Answer:
        """One request, timed from its first byte to the last of the answer."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"Accept-Encoding": "gzip", "Origin": self.site, "Referer": self.site + path}
        sent["Cookie"] = self.cookies
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        try:
            response = self._request(method, path, body, sent)
            data = response.read()
        except (OSError, http.client.HTTPException):
            # So that the next request opens a connection, not this one in its broken state.
            self._connection.close()
            raise
        seconds = time.perf_counter() - started
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        if response.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        values = {name.lower(): value for name, value in response.headers.items()}
        return Answer(path, response.status, values, data, seconds)

    def _request(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        self._connection.request(method, path, body, dict(headers))
        return self._connection.getresponse()


def older_page(page: str, path: str) -> str:
    """The path of the page that follows `page`, which was found at `path`; "" on the last one."""
    found = re.search(r'id="older" href="([^"]+)"', page)
    return urljoin(path, html.unescape(found[1])) if found else ""
