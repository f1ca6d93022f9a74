// A person's keys where their actions stand: beside the entries of menus, in tooltips, for screen readers.
import { isChord, isOff, keyOf } from "./keys/keymap.js";
import { ACTIONS, named } from "./keys/registry.js";
import { aria, kbds, text } from "./keys/show.js";

const shown = (action) => (action && (!isOff() || isChord(keyOf(action))) ? keyOf(action) : "");

function fill(root) {
  for (const place of root.querySelectorAll("[data-keys-of]")) {
    const key = shown(named(place.dataset.keysOf));
    place.hidden = !key;
    if (place.textContent !== text(key)) place.textContent = text(key);
  }
}

/** The action of a control: data-do and data-hint name it, data-key its usual key. */
function actionOf(control) {
  const [usual] = (control.dataset.key ?? "").split(" ");
  return named(control.dataset.do ?? control.dataset.hint) ?? ACTIONS.find((action) => action.key === usual);
}

function hint({ target }) {
  const control = target.closest?.("[data-key], [data-do], [data-hint]");
  if (!control || control.matches(".menu-item")) return;
  const name = control.getAttribute("aria-label") ?? control.textContent.trim();
  const key = shown(actionOf(control));
  control.title = key ? `${name} (${text(key)})` : name;
  if (aria(key)) control.setAttribute("aria-keyshortcuts", aria(key));
  else control.removeAttribute("aria-keyshortcuts");
}

document.addEventListener("pointerover", hint);
document.addEventListener("focusin", hint);
document.addEventListener("beforetoggle", ({ target, newState }) => newState === "open" && fill(target), true);
document.addEventListener("postillion:keys", () => fill(document));
fill(document);
