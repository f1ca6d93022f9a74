// Every action that has a key: its name, its usual key, and how it is done where ("list", "conversation", "composer",
// "everywhere"). `fixed` are keys that stay whatever a person chooses. Names in words: templates/shell/action_words.html.
import { opened, openedRow, isSplit } from "../lib/reader.js";
import { current, form, selected } from "../lib/rows.js";
import { line, press, save } from "./composer.js";
import { click, go, inNewTab } from "./controls.js";
import { answer, answerInTab, control, openMessage, putAwayRead } from "./conversation.js";
import { click as clickIn, open, putAway, select, star, step, toggle, tool } from "./list.js";

const compose = () => document.getElementById("compose-button");
const search = () => document.getElementById("search-input");
const label = () => document.querySelector('#nav [data-slug^="label-"]');
const help = async () => (await import("./help.js")).open();
const palette = async (mode) => (await import("./palette.js")).open(mode);

/** An act on conversations: a tool of the list, a control of the conversation's page. */
const act = (name, key) => ({ name, key, list: tool(key), conversation: control(key) });

/** What stands open beside the list is left first. */
const leaveOrRefresh = () => (opened() && control("u")()) || clickIn("#refresh")();

export const ACTIONS = [
  // Moving about
  { name: "older", key: "j", list: step(1), conversation: control("j"), fixed: { list: ["ArrowDown"] } },
  { name: "newer", key: "k", list: step(-1), conversation: control("k"), fixed: { list: ["ArrowUp"] } },
  { name: "open", key: "o", list: open, conversation: openMessage, fixed: { list: ["Enter"] } },
  { name: "back", key: "u", conversation: control("u"), fixed: { conversation: ["Escape"] } },
  { name: "refresh", key: "u", list: leaveOrRefresh },
  { name: "next-message", key: "n", conversation: control("n") },
  { name: "previous-message", key: "p", conversation: control("p") },
  { name: "expand", key: ";", conversation: control(";") },
  { name: "collapse", key: ":", conversation: control(":") },
  { name: "next-page", key: "g n", list: clickIn("#older") },
  { name: "previous-page", key: "g p", list: clickIn("#newer") },
  { name: "search", key: "/", everywhere: () => search() && (() => search().select()) },

  // Going to places
  { name: "go-inbox", key: "g i", everywhere: go("inbox") },
  { name: "go-starred", key: "g s", everywhere: go("starred") },
  { name: "go-snoozed", key: "g b", everywhere: go("snoozed") },
  { name: "go-sent", key: "g t", everywhere: go("sent") },
  { name: "go-scheduled", key: "g h", everywhere: go("scheduled") },
  { name: "go-drafts", key: "g d", everywhere: go("drafts") },
  { name: "go-archive", key: "g e", everywhere: go("archive") },
  { name: "go-all", key: "g a", everywhere: go("all") },
  { name: "go-contacts", key: "g c", everywhere: click("#contacts-link") },
  { name: "go-label", key: "g l", everywhere: () => label() && (() => palette("label")) },

  // Choosing
  { name: "select", key: "x", list: toggle },
  { name: "select-all", key: "* a", list: select("all") },
  { name: "select-none", key: "* n", list: select("none") },
  { name: "select-read", key: "* r", list: select("read") },
  { name: "select-unread", key: "* u", list: select("unread") },
  { name: "select-starred", key: "* s", list: select("starred") },
  { name: "select-unstarred", key: "* t", list: select("unstarred") },

  // Putting in order
  { name: "star", key: "s", list: star, conversation: control("s") },
  act("archive", "e"),
  act("remove", "y"),
  { name: "archive-newer", key: "[", list: putAway(-1), conversation: putAwayRead("k", "newer") },
  { name: "archive-older", key: "]", list: putAway(1), conversation: putAwayRead("j", "older") },
  act("snooze", "b"),
  act("trash", "#"),
  act("spam", "!"),
  act("mute", "m"),
  act("read", "Shift+i"),
  act("unread", "Shift+u"),
  act("label", "l"),
  act("move", "v"),
  { name: "undo", key: "z", everywhere: () => () => document.dispatchEvent(new CustomEvent("postillion:undo")) },

  // Writing
  { name: "compose", key: "c", everywhere: click("#compose-button") },
  { name: "compose-tab", key: "d", everywhere: () => compose() && (() => inNewTab(compose())) },
  { name: "reply", key: "r", conversation: answer("r") },
  { name: "reply-all", key: "a", conversation: answer("a") },
  { name: "forward", key: "f", conversation: answer("f") },
  { name: "reply-tab", key: "Shift+r", conversation: answerInTab("r") },
  { name: "reply-all-tab", key: "Shift+a", conversation: answerInTab("a") },
  { name: "forward-tab", key: "Shift+f", conversation: answerInTab("f") },

  // In a letter that is being written
  { name: "send", key: "Mod+Enter", composer: press(".composer-send") },
  { name: "send-archive", key: "Mod+Shift+Enter", composer: press("[name=archive]") },
  { name: "save", key: "Mod+s", composer: save },
  { name: "cc", key: "Mod+Shift+c", composer: line("cc") },
  { name: "bcc", key: "Mod+Shift+b", composer: line("bcc") },
  { name: "link", key: "Mod+k", composer: press("[data-action=link]") },
  { name: "numbers", key: "Mod+Shift+7", composer: press("[data-format=numbers]") },
  { name: "bullets", key: "Mod+Shift+8", composer: press("[data-format=bullets]") },
  { name: "quote", key: "Mod+Shift+9", composer: press("[data-format=quote]") },

  // The keys themselves
  { name: "palette", key: "Mod+k", everywhere: () => () => palette(), fixed: { everywhere: ["Mod+Shift+p"] } },
  { name: "help", key: "?", everywhere: () => help },
];

const SCOPES = ["list", "conversation", "composer", "everywhere"];

export const named = (name) => ACTIONS.find((action) => action.name === name);
export const scopesOf = (action) => SCOPES.filter((scope) => action[scope]);

/** Beside what is read one may choose rows, or walk to another one: then keys mean those. */
const isAside = (target) => isSplit() && (selected().length > 0 || (target?.closest?.("#rows") && current() !== openedRow()));

/** Where one is, the nearest first: what a key means is looked for in this order. */
export function scopesAt(target) {
  if (target?.closest?.("compose-window")) return ["composer", "everywhere"];
  const reads = form() ? opened() && !isAside(target) : true;
  return reads ? ["conversation", "list", "everywhere"] : ["list", "conversation", "everywhere"];
}

/** How an action is done from here; nothing when it can't be. */
export function wayOf(action, scopes) {
  for (const scope of scopes) {
    const way = action[scope]?.();
    if (way) return way;
  }
  return null;
}
