"""What a person waits for in the browser: from the press on a row to its letter, and the first list.

    python -m bench.reader [--sizes 10000 100000] [--keep DIRECTORY] [--beside]
    python -m bench.reader --base URL --profile postillion|roundcube --user NAME --password WORD --sizes 10000

Drives Chromium. Without --base it starts a Postillion of its own and fills it, as `bench.web` does; with
--beside a Roundcube with the same mailbox, too, whose turn is next. `press` is from mousedown to the frame in
which the letter is painted, without any rest on the row before; `rested` the same after the pointer has
rested on it for --rest milliseconds, as a hand does. Rows are several apart, so that none was fetched as the
neighbour of another. `first` is from the navigation to the painted list with an empty cache. Layout shifts
and long tasks (over 50 ms) are the browser's own counts: of the first load, of opening and going back, and of
selecting and archiving fifty. A shift within half a second after a press was asked for, and doesn't count.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from . import web_peer
from .figures import Machine, percentile, rounded, say, table
from .processes import chromium, end_as_interrupted
from .web import start
from .web_mail import PROFILES, Postillion, Roundcube

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
_VIEW = {"width": 1366, "height": 800}
_STEP = 4  # rows between those that are opened
_QUIET_MS = 600
_OBSERVE = """if (window === top) {
  window.benchShift = 0; window.benchTask = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.benchShift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.benchTask = Math.max(window.benchTask, duration);
  }).observe({ type: "longtask", buffered: true });
}"""
_LIST = """if (window === top) {
  const look = () => document.querySelector(ROWS)
    ? requestAnimationFrame(() => requestAnimationFrame(() => { window.benchList = performance.now(); }))
    : requestAnimationFrame(look);
  look();
}"""
_WATCH = """() => {
  window.benchBody = 0; window.benchPress = 0;
  const press = () => { window.benchPress = performance.now(); };
  addEventListener("mousedown", press, { capture: true, once: true });
  const ready = READY;
  const look = () => ready() ? requestAnimationFrame(() => { window.benchBody = performance.now(); })
    : requestAnimationFrame(look);
  look();
}"""


@dataclass
class Seen:
    """What was measured, by its name; and how much came over the wire."""

    values: dict[str, list[float]] = field(default_factory=dict)
    requests: int = 0
    bytes: int = 0

    def add(self, name: str, value: float) -> None:
        """Note a value."""
        self.values.setdefault(name, []).append(value)

    def listen(self, context: BrowserContext, page: Page) -> None:
        """Count from now on."""
        self.requests = self.bytes = 0
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.requestWillBeSent", lambda _: setattr(self, "requests", self.requests + 1))
        wire.on(
            "Network.loadingFinished",
            lambda event: setattr(self, "bytes", self.bytes + int(event["encodedDataLength"])),
        )

    def settle(self, page: Page) -> None:
        """Wait until nothing comes any more."""
        before = (-1, -1)
        while before != (self.requests, self.bytes):
            before = (self.requests, self.bytes)
            page.wait_for_timeout(_QUIET_MS)


@dataclass(frozen=True)
class Mail:
    """A web mail to be read: which one, where, and as whom; `pids` are its processes where they are known."""

    name: str
    base: str
    user: str
    password: str
    pids: tuple[int, ...] = ()

    @property
    def profile(self) -> Postillion | Roundcube:
        """Where its things are."""
        return PROFILES[self.name]()


class Reading:
    """One web mail, read in one browser."""

    def __init__(self, mail: Mail, options: argparse.Namespace) -> None:
        self.mail, self.profile, self.options = mail, mail.profile, options
        self.seen = Seen()

    def measure(self, browser: Browser) -> dict[str, list[float]]:
        """Sign in once, then measure in windows whose cache is empty."""
        with _window(browser) as (context, page):
            self.profile.sign_in(page, self.mail.base, self.mail.user, self.mail.password)
            state: Any = context.storage_state()
        for _ in range(self.options.repeat):
            with _window(browser, storage_state=state) as (context, page):
                self._first(context, page)
                for name, rest in (("press", 0), ("rested", self.options.rest)):
                    self._open(page, name, rest)
                self.profile.work(page)
                self._calm(page, "work")
        return self.seen.values

    def _first(self, context: BrowserContext, page: Page) -> None:
        page.add_init_script(_OBSERVE)
        page.add_init_script(_LIST.replace("ROWS", repr(self.profile.rows)))
        self.seen.listen(context, page)
        page.goto(self.mail.base + self.profile.inbox, wait_until="commit")
        page.wait_for_function("() => window.benchList > 0")
        self.seen.add("first", page.evaluate("window.benchList"))
        self.seen.settle(page)
        self.seen.add("first_requests", self.seen.requests)
        self.seen.add("first_bytes", self.seen.bytes)
        self._calm(page, "first")

    def _open(self, page: Page, name: str, rest: int) -> None:
        begin = 3 if name == "press" else 5
        for number in range(begin, begin + _STEP * self.options.rows, _STEP):
            target = page.locator(self.profile.row(number % 48 + 1))
            page.evaluate(self.profile.mark)
            page.evaluate(_WATCH.replace("READY", self.profile.ready))
            if rest:
                target.hover()
                page.wait_for_timeout(rest)
            target.click()
            page.wait_for_function("() => window.benchBody > 0 && window.benchPress > 0")
            self.seen.add(name, page.evaluate("window.benchBody - window.benchPress"))
            page.wait_for_timeout(_QUIET_MS)
            self.profile.back(page)
            page.mouse.move(5, 5)
        self._calm(page, name)

    def _calm(self, page: Page, name: str) -> None:
        shift, task = page.evaluate("[window.benchShift, window.benchTask]")
        page.evaluate("window.benchShift = window.benchTask = 0")
        self.seen.add(f"{name}_shift", shift)
        self.seen.add(f"{name}_longest_task", task)


@contextmanager
def _window(browser: Browser, **given: Any) -> Iterator[tuple[BrowserContext, Page]]:
    context = browser.new_context(viewport=_VIEW, **given)
    try:
        yield context, context.new_page()
    finally:
        context.close()


def read(options: argparse.Namespace, mail: Mail, size: int) -> list[object]:
    """Measure one web mail, say it, and return its line of the table."""
    with sync_playwright() as tool, Machine(mail.pids) as machine:
        browser = tool.chromium.launch(executable_path=options.chromium, args=list(FLAGS))
        values = Reading(mail, options).measure(browser)
        browser.close()
    worst = {key: rounded(max(found)) for key, found in values.items() if key.endswith(("_shift", "_task"))}
    middle = {key: rounded(percentile(found, 50)) for key, found in values.items() if key not in worst}
    spread = {f"{key}_p95": rounded(percentile(values[key], 95)) for key in ("press", "rested")}
    shift = max(value for key, value in worst.items() if key.endswith("_shift"))
    task = max(value for key, value in worst.items() if key.endswith("_task"))
    facts = {"reader": mail.name, "mailbox": size, "noise_cores": rounded(machine.noise_cores)}
    say(
        facts | middle | spread | worst,
        f"{mail.name} of {size}: press to letter {middle['press']:.0f} ms, after a rest "
        f"{middle['rested']:.0f} ms, first list {middle['first']:.0f} ms in {middle['first_requests']:.0f} "
        f"requests and {middle['first_bytes'] / 1000:.0f} KB, shift {shift:.4f}, longest task {task:.0f} ms",
    )
    shown = ("press", "rested", "first", "first_requests", "first_bytes")
    return [mail.name, size, *(f"{middle[key]:.0f}" for key in shown)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rows", type=int, default=9, help="opened in each way and repetition")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--rest", type=int, default=150, help="milliseconds")
    parser.add_argument("--base", default="", help="a running web mail instead of one of our own")
    parser.add_argument("--profile", choices=PROFILES, default="postillion")
    parser.add_argument("--beside", action="store_true", help="drive a Roundcube, too (bench.web_peer)")
    parser.add_argument("--user", help="of --base")
    parser.add_argument("--password", help="of --base")
    parser.add_argument("--chromium", default=chromium())
    parser.add_argument("--keep", type=Path, help="directory of filled servers")
    parser.add_argument("--postgres", default="", help="address of a database where others may be made")
    parser.add_argument("--redis", default="", help="used with --postgres")
    return parser.parse_args()


def _started(stack: ExitStack, options: argparse.Namespace, size: int) -> list[Mail]:
    """Servers of our own, with the same mailbox."""
    if not options.beside:
        sites = [("postillion", start(stack, options, size))]
    else:
        home = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        (pair,) = stack.enter_context(web_peer.started(home, [size]))
        sites = [("postillion", pair.postillion), ("roundcube", pair.roundcube)]
    return [Mail(name, site.site, site.user, site.password, tuple(site.pids)) for name, site in sites if site]


def main() -> None:
    """Measure each size, and print the table."""
    options = _options()
    end_as_interrupted()
    lines = []
    for size in options.sizes:
        with ExitStack() as stack:
            if options.base:
                mails = [Mail(options.profile, options.base, options.user, options.password)]
            else:
                mails = _started(stack, options, size)
            lines += [read(options, mail, size) for mail in mails]
    print(table(["reader", "mailbox", "press ms", "rested ms", "first ms", "requests", "bytes"], lines))


if __name__ == "__main__":
    main()
