"""What a batch of letters did when it was opened: scripts, requests, changes of the page around them."""
# ruff: noqa: E501

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, CDPSession, Dialog, Error, Page, Request, Route

_NAME = re.compile(rb"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,10}")
# Browsers call home, whatever page they show.
_BROWSERS_OWN = (".google.com", ".googleapis.com", ".gvt1.com", ".gstatic.com", ".googleusercontent.com")
_TLS = b"\x16\x03"
# Why a request never left the browser: our policy, or the engine's own rule for <use>.
_STOPPED = ("csp", "origin")
# Wakes what waits for its reader: every handler of every element, then the keyboard's.
_TOUCH = """() => {
  const waking = ['mouseover', 'mouseenter', 'mousemove', 'mousedown', 'pointerover', 'focus', 'focusin', 'toggle',
    'input', 'change', 'animationstart', 'transitionend', 'scroll', 'wheel', 'keydown', 'copy', 'paste', 'drag',
    'beforeinput', 'load', 'error'];
  const wake = (page) => {
    for (const element of page.querySelectorAll('*')) {
      for (const type of waking) element.dispatchEvent(new Event(type, { bubbles: false }));
      // A link of the web is followed when its reader wants it.
      if (/^\\s*(https?:|\\/\\/)/i.test(element.closest('a, area')?.getAttribute(element.matches('area') ? 'href' : 'xlink:href') ?? '')) continue;
      if (element.matches('button, summary, input, form, area, svg *, label, [onclick], a[href^=java i]')) {
        element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
      }
    }
  };
  for (const frame of document.querySelectorAll('letter-frame iframe')) if (frame.contentDocument) wake(frame.contentDocument);
}"""
# The page without what it changes itself: the frames, their bars, where a link leads, and that letters came.
_SNAPSHOT = (
    "() => { const copy = document.documentElement.cloneNode(true);"
    "for (const each of copy.querySelectorAll('letter-frame')) each.replaceWith('letter');"
    "for (const each of copy.querySelectorAll('.link-status, #toasts, #nav, title, script, [class*=htmx]')) each.remove();"
    "for (const each of copy.querySelectorAll('.is-settled')) each.classList.remove('is-settled');"
    "return copy.outerHTML.replace(/ (class|style)=\"\"/g, '') + location.href + document.title.replace(/^\\(\\d+\\) /, ''); }"
)


class Elsewhere:
    """A listener that stands for all other hosts: the browser resolves every name to it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        # Connections without a request, or with TLS's first words only: made ahead by the browser for
        # <link rel=preconnect> and for an <iframe> that it then refuses. No policy forbids them.
        self.bare = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def rule(self) -> str:
        """The flag by which Chromium finds every other host here."""
        return f"--host-resolver-rules=MAP * 127.0.0.1:{self.port}, EXCLUDE 127.0.0.1"

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._note, args=(peer,), daemon=True).start()

    def _note(self, peer: socket.socket) -> None:
        """Write down the host that was meant, from the request's line or TLS's first message."""
        with peer:
            peer.settimeout(2)
            try:
                received = peer.recv(4096)
            except OSError:
                received = b""
        names = [name.decode() for name in _NAME.findall(received)]
        if any(own in name for name in names for own in _BROWSERS_OWN):
            return
        if not received or received.startswith(_TLS):
            self.bare += 1
        else:
            self.asked.append(f"connection to {' '.join(names) or 'a host'}")

    def close(self) -> None:
        """Listen no longer."""
        self._listener.close()


@dataclass
class Findings:
    """What must be empty."""

    scripts: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        yield from (f"script: {each}" for each in self.scripts)
        yield from (f"request: {each}" for each in self.requests)
        yield from (f"change: {each}" for each in self.changes)


class Witness:
    """Opens conversations in one window and tells what their letters did."""

    def __init__(self, context: BrowserContext, site: str, elsewhere: Elsewhere) -> None:
        self.context, self.site, self.elsewhere = context, site, elsewhere
        self.released = False
        self.dialogs: list[str] = []
        context.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def open(self, path: str, letters: int) -> Findings:
        """Open the page at `path`, look at each of its `letters`, touch everything in them."""
        page = self.context.new_page()
        findings = Findings()
        self._listen(page, findings)
        held: list[Route] = []
        self.released = False

        def hold(route: Route) -> None:
            if self.released:
                route.continue_()
            else:
                held.append(route)

        page.route("**/messages/*/body/**", hold)
        self.elsewhere.asked.clear()
        self.dialogs.clear()
        page.goto(self.site + path, wait_until="domcontentloaded")
        page.wait_for_function("n => document.querySelectorAll('letter-frame').length === n", arg=letters)
        page.wait_for_timeout(150)
        before = page.evaluate(_SNAPSHOT)
        self.released = True
        for route in held:
            route.continue_()
        self._settle(page, letters)
        page.evaluate(_TOUCH)
        page.wait_for_timeout(250)
        after = page.evaluate(_SNAPSHOT)
        if after != before:
            findings.changes.append(_difference(before, after))
        # A click on <a href="#"> opens the letter itself, guarded as in its frame; on javascript:, nothing.
        itself = f"{self.site}/messages/"
        windows = [each.url for each in self.context.pages if each is not page]
        harmless = (itself, "about:blank", "chrome-error:")
        findings.changes += [f"window {url}" for url in windows if not url.startswith(harmless)]
        findings.scripts += self.dialogs
        findings.requests += self.elsewhere.asked
        for each in self.context.pages:
            each.close()
        return findings

    def _settle(self, page: Page, letters: int) -> None:
        try:
            page.wait_for_function(
                "n => document.querySelectorAll('letter-frame.is-shown').length === n",
                arg=letters,
                timeout=5000,
            )
        except Error:
            # A frame that a letter took elsewhere never tells that it is there.
            page.wait_for_timeout(500)

    def _listen(self, page: Page, findings: Findings) -> None:
        own = (f"{self.site}/", "data:", "blob:", "about:", "chrome-error:")

        def ended(request: Request) -> None:
            if not request.url.startswith(own) and request.failure not in _STOPPED:
                findings.requests.append(f"{request.url[:200]} {request.failure}")

        page.on("requestfinished", ended)
        page.on("requestfailed", ended)
        session = self.context.new_cdp_session(page)
        main = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._watch_scripts(session, main, findings)

    def _watch_scripts(self, session: CDPSession, main: str, findings: Findings) -> None:
        """The engine tells of each script that it compiles, and in which frame."""

        def parsed(event: dict) -> None:
            context = event.get("executionContextAuxData", {})
            url = event.get("url", "")
            in_page = context.get("frameId") == main
            ours = in_page and (urlsplit(url).path.startswith("/static/") or not self.released)
            # What the tests themselves evaluate has no address; what a document holds has the document's.
            if url and not url.startswith("chrome-error:") and context.get("isDefault") and not ours:
                findings.scripts.append(
                    f"{event['length']} characters in {'the page' if in_page else url[:200]}"
                )

        session.on("Debugger.scriptParsed", parsed)
        session.send("Debugger.enable")


def _difference(before: str, after: str) -> str:
    start = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    return f"{before[start - 60 : start + 120]!r} became {after[start - 60 : start + 120]!r}"
