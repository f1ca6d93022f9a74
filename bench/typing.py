"""How long a letter takes to show a key: while one types into an answer that quotes a long mail.

    python -m bench.typing [--kilobytes 200] [--keys 300] [--pause 40]
    python -m bench.typing --base URL --user NAME --password WORD

Drives Chromium, without waiting for the screen's next turn. Without --base it starts a Postillion of its
own. The draft quotes HTML of --kilobytes; keys come --pause milliseconds apart, so that saves fall between
them. `key` is from the key's own time to the end of the frame that shows it; `longest_task` the longest the
page was busy.
"""

import argparse
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from .figures import Machine, percentile, rounded, say
from .processes import chromium, end_as_interrupted
from .reader import FLAGS, Mail
from .web import start

_FLAGS = (*FLAGS, "--disable-frame-rate-limit", "--disable-gpu-vsync")
_TARGET = 16.0  # ms, p95: what the project promises itself
_WORDS = "The quick brown fox jumps over the lazy dog, and says so. "
_SAVE = """async (kilobytes) => {
  const row = (number) => `<tr><td style="padding:4px;color:#333"><p>Line <b>${number}</b> of a long letter,
    with a <a href="https://example.test/${number}">link</a>.</p></td></tr>`;
  let rows = "";
  for (let number = 0; rows.length < kilobytes * 1024; number += 1) rows += row(number);
  const form = new FormData(document.querySelector("compose-window form"));
  form.set("html", `<div><br></div><blockquote type="cite"><table>${rows}</table></blockquote>`);
  form.set("subject", "Long");
  form.delete("text");
  const headers = { Accept: "application/json" };
  return (await (await fetch("/compose/save/", { method: "POST", body: form, headers })).json()).draft;
}"""
_WATCH = """() => {
  window.benchKeys = []; window.benchTask = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.benchTask = Math.max(window.benchTask, duration);
  }).observe({ type: "longtask" });
  document.querySelector(".composer-editor").addEventListener("keydown", ({ timeStamp }) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.benchKeys.push(performance.now() - timeStamp);
      port2.postMessage(0);
    });
  }, true);
}"""


def measure(page: Page, base: str, options: argparse.Namespace) -> tuple[list[float], float]:
    """Write a draft with a long quote, open it, and type: times of the keys and the longest task, in ms."""
    page.goto(f"{base}/compose/")
    page.locator(".composer-editor").wait_for()
    draft = page.evaluate(_SAVE, options.kilobytes)
    page.goto(f"{base}/compose/?draft={draft}")
    page.locator(".composer-editor blockquote").wait_for()
    page.locator(".composer-editor").press("Control+Home")
    page.wait_for_timeout(1000)
    page.evaluate(_WATCH)
    for number in range(options.keys):
        page.keyboard.press(_WORDS[number % len(_WORDS)])
        page.wait_for_timeout(options.pause)
    page.wait_for_timeout(500)
    return page.evaluate("[window.benchKeys, window.benchTask]")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kilobytes", type=int, default=200)
    parser.add_argument("--keys", type=int, default=300)
    parser.add_argument("--pause", type=int, default=40, help="milliseconds between keys")
    parser.add_argument("--base", default="", help="a running Postillion instead of one of our own")
    parser.add_argument("--user", help="of --base")
    parser.add_argument("--password", help="of --base")
    parser.add_argument("--chromium", default=chromium())
    parser.add_argument("--keep", type=Path, help="directory of filled servers")
    parser.add_argument("--postgres", default="", help="address of a database where others may be made")
    parser.add_argument("--redis", default="", help="used with --postgres")
    return parser.parse_args()


def main() -> None:
    """Measure, and say it."""
    options = _options()
    end_as_interrupted()
    with ExitStack() as stack:
        if options.base:
            mail = Mail("postillion", options.base, options.user, options.password)
        else:
            site = start(stack, options, 1000)
            mail = Mail("postillion", site.site, site.user, site.password, tuple(site.pids))
        machine = stack.enter_context(Machine(mail.pids))
        tool = stack.enter_context(sync_playwright())
        browser = tool.chromium.launch(executable_path=options.chromium, args=list(_FLAGS))
        page = browser.new_page(viewport={"width": 1366, "height": 800})
        mail.profile.sign_in(page, mail.base, mail.user, mail.password)
        keys, task = measure(page, mail.base, options)
        browser.close()
    middle, high = percentile(keys, 50), percentile(keys, 95)
    facts = {
        "typing_kilobytes": options.kilobytes,
        "keys": len(keys),
        "noise_cores": rounded(machine.noise_cores),
    }
    say(
        facts
        | {
            "key": rounded(middle),
            "key_p95": rounded(high),
            "longest_task": rounded(task),
            "target": _TARGET,
        },
        f"typing into {options.kilobytes} KB: key to paint {middle:.1f} ms, p95 {high:.1f} ms"
        f" (target {_TARGET:.0f}), longest task {task:.0f} ms",
    )


if __name__ == "__main__":
    main()
