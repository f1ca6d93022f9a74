// The conversation page: focus on its subject, Gmail's keys, print, actions that stay on the page.

const page = () => document.querySelector("#main .conversation");
const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function press(key) {
  const button = document.querySelector(`#main [data-key="${CSS.escape(key)}"]`);
  button?.click();
  const menu = button?.getAttribute("popovertarget");
  if (menu) document.getElementById(menu).querySelector(".menu-item")?.focus();
  return Boolean(button);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (!page() && !document.querySelector("#main :is(.source, .explorer, .viewer)")) return;
  if (typing(event.target) || document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (document.body.dataset.keys === "off") return;
  if (press(event.key)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const stay = event.target.closest?.("#conversation-toolbar [data-stay]");
  if (stay) stay.form.elements.next.value = location.pathname + location.search;
  if (event.target.closest?.("[data-print]")) {
    event.target.closest("[popover]")?.hidePopover();
    window.print();
  }
});

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx?.target?.id !== "main") return;
  document.querySelector("#main [data-focus]")?.focus({ preventScroll: true });
});

// On arrival the first message that is new stands in sight.
document.addEventListener("htmx:after:settle", () => {
  const first = page()?.querySelector(".message.is-unread.is-open:not(:first-child)");
  first?.scrollIntoView({ block: "start" });
});
