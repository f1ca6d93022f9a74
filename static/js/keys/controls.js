// Ways of doing: most are a control of the page, pressed. A way tells what to do now; nothing when that can't be done.

/** Press a control; of one that opens a menu, go into the menu. */
export function enter(control) {
  control.click();
  const menu = document.getElementById(control.getAttribute("popovertarget"));
  if (menu && !menu.contains(document.activeElement)) menu.querySelector("input, .menu-item")?.focus();
}

export const click = (selector) => () => {
  const found = document.querySelector(selector);
  return found && (() => found.click());
};

/** Open a place of the sidebar. */
export const go = (slug) => click(`#nav .nav-item[data-slug="${slug}"]`);

export const inNewTab = (link) => window.open(link.href, "_blank", "noopener");
