// The help on keys: every action with the person's own keys, in groups, found by a word or a key.
import { dialog, element, icon } from "./elements.js";
import { isChord, isOff, keyOf } from "./keymap.js";
import { kbds, text } from "./show.js";
import { groups, nameOf, say } from "./words.js";

const keysOf = (action) => [keyOf(action), ...Object.values(action.fixed ?? {}).flat()].filter(Boolean);

function line(action) {
  const keys = keysOf(action);
  const shown = keys.flatMap((key, at) => (at ? [" / ", ...kbds(key)] : kbds(key)));
  const parts = [element("dt", {}, ...spaced(shown)), element("dd", { text: nameOf(action) })];
  const entry = element("div", { classes: "shortcut" }, ...parts);
  entry.dataset.words = `${nameOf(action)} ${keys.map(text).join(" ")}`.toLowerCase();
  return entry;
}

const spaced = (parts) => parts.flatMap((part, at) => (at ? [" ", part] : [part]));
const isLive = (action) => keysOf(action).length && (!isOff() || isChord(keyOf(action)));

function section({ title, actions }) {
  const lines = actions.filter(isLive).map(line);
  return lines.length ? [element("section", {}, element("h3", { text: title }), element("dl", {}, ...lines))] : [];
}

function filter(body, wanted) {
  for (const part of body.querySelectorAll("section")) {
    for (const entry of part.querySelectorAll(".shortcut")) entry.hidden = !entry.dataset.words.includes(wanted);
    part.hidden = !part.querySelector(".shortcut:not([hidden])");
  }
  body.querySelector("[role=status]").textContent = body.querySelector("section:not([hidden])") ? "" : say("none");
}

function head() {
  const names = { ariaLabel: say("filter"), placeholder: say("filter") };
  const input = element("input", { classes: "input", type: "text", inputMode: "search", ...names });
  const close = element("button", { classes: "icon-button", ariaLabel: say("close") }, icon("close"));
  const form = element("form", { method: "dialog" }, close);
  return [element("div", { classes: "dialog-head" }, element("h2", { text: say("title") }), input, form), input];
}

export function open() {
  if (document.querySelector(".shortcuts")) return;
  const [top, input] = head();
  const foot = element("p", { classes: "faint small" }, element("a", { href: say("keys"), text: say("change") }));
  if (isOff()) foot.prepend(`${say("off")} `);
  const parts = groups().flatMap(section);
  const body = element("div", { classes: "dialog-body shortcut-columns" }, ...parts, element("p", { role: "status" }), foot);
  dialog("shortcuts", say("title"), top, body);
  input.addEventListener("input", () => filter(body, input.value.trim().toLowerCase()));
  input.focus();
}
