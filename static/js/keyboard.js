// Keys act by the registry (keys/registry.js); `data-keys="off"` on the body switches off those without Ctrl.
import { isChord, isOff, meaning, pressed } from "./keys/keymap.js";
import { named, scopesAt, wayOf } from "./keys/registry.js";
import { hold, typing } from "./lib/hold.js";
import { pane } from "./lib/reader.js";
import { current, point } from "./lib/rows.js";

const PAUSE = 1500; // ms in which the second of two keys must come
let begun = "";
let timer = 0;

// A link or a button has keys of its own.
const presses = (target) => target.closest?.("a, button, summary, input, audio, video, [role=treeitem]");
// Who reads scrolls.
const scrolls = (target, key) => key.startsWith("Arrow") && pane()?.contains(target);

const isOwn = (target, key) =>
  typing(target) || target.closest?.("compose-window") || scrolls(target, key) || (/^(Enter|Space)$/.test(key) && presses(target));

const busy = () => document.querySelector("dialog[open], [popover]:popover-open");

function begin(keys) {
  begun = keys;
  clearTimeout(timer);
  timer = setTimeout(() => (begun = ""), PAUSE);
}

function take(event, key) {
  const keys = begun ? `${begun} ${key}` : key;
  begun = "";
  const { run, more } = meaning(keys, scopesAt(event.target));
  if (!run && !more) return;
  event.preventDefault();
  event.stopPropagation();
  if (run) perform(run);
  else begin(keys);
}

function perform(run) {
  const coming = run();
  if (coming instanceof Promise) hold(coming);
}

// With Ctrl: also while typing, and before the editor has its own way.
document.addEventListener(
  "keydown",
  (event) => {
    // Whoever holds Ctrl may want the palette: it shall be there at once.
    if (event.key === "Control" || event.key === "Meta") import("./keys/palette.js");
    const key = pressed(event);
    if (isChord(key) && !busy()) take(event, key);
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  if (event.key === "Escape" && event.target.id === "search-input") event.target.blur();
  const key = pressed(event);
  // Last what looks through the whole page: a letter that is written may be long.
  if (!key || isChord(key) || (isOff() && key !== "Escape") || isOwn(event.target, key) || busy()) return;
  take(event, key);
});

// The row that has the focus is the one keys act on.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("#rows > .row");
  if (row && row !== current()) point(row, { scroll: false });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) {
    button.closest("[popover]")?.hidePopover();
    wayOf(named(button.dataset.do), scopesAt(document.activeElement))?.();
  }
  // A click beside a dialog closes it.
  if (event.target.matches?.("dialog")) event.target.close();
});
