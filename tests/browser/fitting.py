"""What doesn't fit in a page: fingers, narrow and enlarged windows, wider letters, no motion."""

from playwright.sync_api import Page

FINGER = 44
PHONES = ((320, 844), (360, 844), (390, 844))
# The last is 1366 × 768, enlarged twice.
DESKS = ((1366, 768), (768, 1024), (683, 384))

# What can be pressed and has less room than a finger needs. A control counts with its label, a small one with
# the room around it that is its own; a link within a line of text is as high as the line (WCAG 2.5.8).
_SMALL = """(side) => {
  const pressed = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=treeitem]";
  const top = document.querySelector("dialog[open]") ?? document;
  const targetOf = (each) => each.closest("label") ?? each;
  const within = (each) => each.matches("a") && getComputedStyle(each).display === "inline";
  // What lies under something else, or is there for screen readers only, is no target of a finger.
  const reached = (each) => {
    const target = targetOf(each);
    if (within(each) || !target.checkVisibility({ visibilityProperty: true })) return false;
    target.scrollIntoView({ block: "center", inline: "center" });
    const { x, y, width, height } = target.getBoundingClientRect();
    const on = document.elementFromPoint(x + width / 2, y + height / 2);
    return on && width > 1 && (target.contains(on) || on.contains(target));
  };
  const roomy = (each) => {
    const { x, y, width, height } = targetOf(each).getBoundingClientRect();
    const mine = (across, along) => {
      const hit = document.elementFromPoint(x + width / 2 + across, y + height / 2 + along);
      return hit && (each.contains(hit) || hit.closest("label")?.control === each);
    };
    const reach = side / 2 - 1;
    return (width >= side || (mine(-reach, 0) && mine(reach, 0)))
      && (height >= side || (mine(0, -reach) && mine(0, reach)));
  };
  return [...top.querySelectorAll(pressed)].filter((each) => reached(each) && !roomy(each)).map((each) => {
    const { width, height } = targetOf(each).getBoundingClientRect();
    return `${each.outerHTML.slice(0, 90)} is ${width} × ${height}`;
  });
}"""
_SIDEWAYS = """(boxes) => [...document.querySelectorAll(boxes)]
  .filter((each) => each.clientWidth && each.scrollWidth > each.clientWidth + 1)
  .map((each) => `${each.tagName} ${each.className} is ${each.scrollWidth} wide in ${each.clientWidth}`)"""
# WCAG 1.4.12, and what is cut by it: text in a box that hides what doesn't fit, and doesn't say so by "…".
_CUT = """() => {
  const style = new CSSStyleSheet();
  style.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets.push(style);
  const cut = (each) => {
    const { overflowX, overflowY, textOverflow } = getComputedStyle(each);
    const high = ["hidden", "clip"].includes(overflowY) && each.scrollHeight > each.clientHeight + 3;
    const wide = ["hidden", "clip"].includes(overflowX) && each.scrollWidth > each.clientWidth + 1;
    return each.clientWidth > 1 && (high || (wide && textOverflow !== "ellipsis"));
  };
  const written = (each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.body.querySelectorAll("*")]
    .filter((each) => written(each) && each.checkVisibility({ visibilityProperty: true }) && cut(each))
    .map((each) => `${each.outerHTML.slice(0, 90)} is cut: ${each.scrollWidth} × ${each.scrollHeight}`);
}"""
_MOVING = """() => document.getAnimations().filter((each) => each.effect.getTiming().duration > 1)
  .map((each) => `${each.effect.target.outerHTML.slice(0, 90)} moves`)"""


def misfits(page: Page) -> list[str]:
    """Say what doesn't fit, in windows of each size; the letters stay wider."""
    found = page.evaluate(_MOVING)
    phone = page.viewport_size["width"] < 800
    for width, height in PHONES if phone else DESKS:
        page.set_viewport_size({"width": width, "height": height})
        # Narrower than any phone, a toolbar may be pushed aside: it is two-dimensional (WCAG 1.4.10).
        boxes = "html, body, main, .scroll, dialog[open]" + (", .toolbar" if width >= 360 else "")
        wrong = page.evaluate(_SIDEWAYS, boxes)
        if phone and width >= 360:
            wrong += page.evaluate(_SMALL, FINGER)
        found += [f"{width}: {text}" for text in wrong]
    return found + page.evaluate(_CUT)
