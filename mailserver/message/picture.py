"""Where the pictures of a letter come from: the message itself, or the web when allowed; never a tracker."""

import re
from collections.abc import Callable, Collection

from . import markup, tracker
from .remote_picture import MAX_URL

# Says where the picture of a Content-ID (lower case) is served.
type CidUrl = Callable[[str], str | None]

MAX_REMOTE = 300
# Browsers skip these in addresses.
URL_NOISE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")

_MAX_DATA_URL = 256 * 1024
_REMOTE = re.compile(r"(?:https?:)?//[^\s/]", re.IGNORECASE)
_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=]+\Z", re.IGNORECASE)


class Pictures:
    """Judges the address of each picture of one letter, and keeps count."""

    def __init__(
        self, cid_url: CidUrl, remote_url: Callable[[str], str] | None, invisible: Collection[str]
    ) -> None:
        """Take `remote_url`, which says where a picture of the web is served; None while those are off."""
        self.cid_url = cid_url
        self.remote_url = remote_url
        self.invisible = {_absolute(URL_NOISE.sub("", url)) for url in invisible}
        self.remote_urls: set[str] = set()
        self.trackers: set[str] = set()

    def address(self, value: str) -> str | None:
        """Where this picture is loaded from; None when it is not."""
        url = URL_NOISE.sub("", value)
        if url[:4].lower() == "cid:":
            return self.cid_url(markup.content_id(url[4:]))
        if _DATA.match(url):
            return url if len(url) <= _MAX_DATA_URL else None
        if not _REMOTE.match(url) or len(url) > MAX_URL:
            return None
        return self._remote(_absolute(url))

    def _remote(self, url: str) -> str | None:
        service = tracker.known(url)
        if service or url in self.invisible:
            self.trackers.add(service or tracker.host_of(url))
            return None
        if len(self.remote_urls) < MAX_REMOTE:
            self.remote_urls.add(url)
        return self.remote_url(url) if self.remote_url and url in self.remote_urls else None


def _absolute(url: str) -> str:
    return f"https:{url}" if url.startswith("//") else url
