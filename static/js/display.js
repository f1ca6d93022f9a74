// How the list looks, chosen in its menu: shown at once, then kept.
import { csrfToken } from "./lib/http.js";
import { reader } from "./lib/reader.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

// What each choice changes on the page.
const SHOW = {
  reading_pane: (value) => (reader().dataset.pane = value),
};

const chosen = (name) => document.querySelector(`#display-menu [name="${name}"][aria-pressed="true"]`);

function show(name, value) {
  for (const button of document.querySelectorAll(`#display-menu [name="${name}"]`)) {
    button.setAttribute("aria-pressed", String(button.value === value));
  }
  SHOW[name](value);
  document.dispatchEvent(new CustomEvent("postillion:display", { detail: { name, value } }));
}

async function choose({ name, value, form }) {
  const before = chosen(name)?.value;
  show(name, value);
  const response = await fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    body: new URLSearchParams({ [name]: value }),
    keepalive: true,
  }).catch(() => null);
  if (response?.ok) return;
  show(name, before);
  toast(word("failed"), { bad: true });
}

document.addEventListener("submit", (event) => {
  const { target, submitter } = event;
  if (target.id !== "display" || !(submitter?.name in SHOW)) return;
  event.preventDefault();
  submitter.closest("[popover]")?.hidePopover();
  choose(submitter);
});
