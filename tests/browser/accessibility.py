"""axe-core (npm), run in a page: what of the WCAG and of good practice it finds violated."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

_SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Frames hold letters of others, without scripts: tests/browser/test_newsletter.py measures their colours.
# How much higher a window must be for everything to stand in sight: what isn't can't be measured.
_HIDDEN = """() => Math.max(0, ...[...document.querySelectorAll("*")]
  .filter((each) => ["auto", "scroll"].includes(getComputedStyle(each).overflowY))
  .map((each) => each.scrollHeight - each.clientHeight))"""
_RUN = """async (only) => {
  const contrast = { ignoreLength: true, ignorePseudo: true, ignoreUnicode: false };
  const found = await axe.run({
    runOnly: only, iframes: false, elementRef: true,
    // One letter, or an arrow, counts as text; what stands before or after an element is never below it.
    checks: { "color-contrast": { options: contrast } },
  });
  // Text below an open menu or dialog is measured where that is closed.
  const covered = ({ element }) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const on = document.elementsFromPoint(x + width / 2, y + height / 2)[0];
    const over = on?.closest("dialog, [popover], #search-list, #sidebar, .drawer-veil, #toasts, .composer");
    return over && !over.contains(element);
  };
  const unsure = found.incomplete.filter((rule) => rule.id === "color-contrast")
    .map((rule) => ({ ...rule, nodes: rule.nodes.filter((node) => !covered(node)) }));
  const told = (rule) => rule.nodes.map((node) => [rule.id, node.target.join(" "),
    ...[...node.any, ...node.all, ...node.none].map((check) => check.message)].join("; "));
  return [...found.violations, ...unsure].flatMap(told);
}"""


@cache
def _source() -> str:
    return _SOURCE.read_text()


def violations(page: Page) -> list[str]:
    """Say what is wrong on the page as it stands, light and dark; what can't be computed is wrong, too."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    size = dict(page.viewport_size)
    page.set_viewport_size(size | {"height": size["height"] + int(page.evaluate(_HIDDEN))})
    page.emulate_media(color_scheme="light")
    found = page.evaluate(_RUN, _TAGS)
    page.emulate_media(color_scheme="dark")
    found += [f"in the dark: {wrong}" for wrong in page.evaluate(_RUN, ["color-contrast"])]
    page.set_viewport_size(size)
    return found
