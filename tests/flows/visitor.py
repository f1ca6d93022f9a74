"""A person at a browser without scripts: cookies, forms, pages."""

import re
from collections.abc import Mapping, Sequence
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart


class Visitor:
    """One signed-in person at one site; every answer but a good one raises."""

    def __init__(self, site: str, address: str, password: str) -> None:
        self.address = address
        self._site = site
        self._cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._cookies))
        self.get("/sign-in/")
        self.post("/sign-in/", {"address": address, "password": password})

    def get(self, path: str) -> str:
        """The text of a page."""
        return self.fetch(path).decode("utf-8", "surrogateescape")

    def fetch(self, path: str) -> bytes:
        """The bytes at an address of the site."""
        with self._opener.open(urljoin(self._site, path), timeout=30) as answer:
            return answer.read()

    def events(self) -> HTTPResponse:
        """The stream that an open page listens to."""
        return self._opener.open(urljoin(self._site, "/live/"), timeout=30)

    def post(self, path: str, fields: Mapping[str, object]) -> str:
        """The page that a form leads to."""
        token = next(cookie.value for cookie in self._cookies if cookie.name.startswith("csrf"))
        headers = {"Content-Type": MULTIPART_CONTENT, "X-CSRFToken": token or ""}
        body = encode_multipart(BOUNDARY, dict(fields))
        try:
            with self._opener.open(Request(urljoin(self._site, path), body, headers), timeout=30) as answer:
                return answer.read().decode()
        except HTTPError as error:
            raise AssertionError(f"{path}: {error.code}\n{error.read().decode()[:3000]}") from error

    def send(self, to: Sequence[str], subject: str, text: str, **more: object) -> None:
        """Write a letter and send it, with no time to undo it."""
        self.post("/settings/", {"theme": "system", "undo_send_seconds": "0"})
        self.post("/compose/send/", {"to": ", ".join(to), "subject": subject, "text": text, **more})

    def message(self, slug: str, subject: str, number: int = -1) -> int | None:
        """The id of a message, the last, of the conversation with this subject in a folder."""
        rows = self.get(f"/mail/{slug}/").split('<li class="row')
        thread = next((re.search(r"/conversations/(\d+)/", row) for row in rows if subject in row), None)
        if thread is None:
            return None
        page = self.get(f"/conversations/{thread[1]}/?in={slug}")
        found = re.findall(r"/messages/(\d+)/(?:body|source|trace|message)", page)
        return int(found[number]) if found else None

    def trace(self, message_id: int) -> str:
        """What the sender is told of the delivery, with every dialogue."""
        lanes = self.get(f"/messages/{message_id}/trace/")
        dialogues = sorted(set(re.findall(rf"/messages/{message_id}/trace/\d+/", lanes)))
        return "\n".join([lanes, *map(self.get, dialogues)])
