// The menu of labels (several ticked and unticked, then applied) and of places to move to.
import { everything } from "../lib/everything.js";
import { post } from "../lib/http.js";
import { labels, places, plain, recent, remember } from "../lib/labels.js";
import { current, form } from "../lib/rows.js";
import { toast } from "../lib/toast.js";
import { word } from "../lib/words.js";
import { apply, moveTo, states } from "./acts.js";
import { build, line, rule } from "./lines.js";

const TITLES = { label: "labelAs", move: "moveTo", copy: "copyTo" };
const BINS = ["trash", "junk"];
const NEXT = { false: "true", mixed: "true", true: "false" };
let menu = null;
let session = null;

/** Open it for rows, or for the conversation of the page (null). */
export function open(button, rows) {
  menu ??= build({ input: draw, key, click, closed });
  const kind = button.dataset.pick;
  const whole = Boolean(rows) && everything(form());
  session = { kind, rows, whole, button, items: [], at: -1, changes: new Map(), walking: false };
  session.had = kind === "label" ? states(rows, whole) : new Map();
  session.known = targets();
  menu.input.value = "";
  menu.name(word(TITLES[kind]), kind === "label");
  draw();
  menu.show(button);
}

/** The focus goes back by itself, unless what had it was drawn anew meanwhile. */
function closed() {
  const back = session?.rows ? current()?.querySelector(".row-link") : document.getElementById(session?.button.id);
  session = null;
  if (document.activeElement === document.body) back?.focus({ preventScroll: true });
}

/** What can be chosen: places first when moving, no bin when copying, labels in the order of the sidebar. */
function targets() {
  const here = (session.rows ? form() : document.getElementById("conversation-toolbar")).dataset.slug;
  const all = labels().map((label) => ({ ...label, key: label.id, plain: plain(label.path) }));
  if (session.kind === "label") return all;
  const roles = places().filter(({ role }) => role !== here && !(session.kind === "copy" && BINS.includes(role)));
  return [
    ...roles.map((place) => ({ ...place, key: place.role, plain: plain(place.path) })),
    ...all.filter(({ id }) => `label-${id}` !== here),
  ];
}

/** How well a name fits what is typed: its last level begins so, one of its words does, it is in there; or not. */
function rank(item, text) {
  if (item.plain.slice(item.plain.lastIndexOf("/") + 1).startsWith(text)) return 0;
  const at = item.plain.indexOf(text);
  if (at < 0) return -1;
  return at === 0 || /[\s/]/.test(item.plain[at - 1]) ? 1 : 2;
}

function found(text) {
  if (!text) return session.known;
  const ranked = session.known.map((item) => [rank(item, text), item]).filter(([place]) => place >= 0);
  return ranked.sort(([one], [other]) => one - other).map(([, item]) => item);
}

function draw() {
  const typed = menu.input.value.trim().replace(/\s*\/\s*/g, "/");
  const text = plain(typed);
  const fitting = found(text);
  const roles = fitting.filter((item) => item.role);
  const first = text ? [] : firstOf(fitting);
  const others = fitting.filter((item) => !item.role && !first.includes(item));
  const fresh = typed && !session.known.some((item) => item.plain === text) ? [{ create: typed, path: typed }] : [];
  session.items = [...roles, ...first, ...others, ...fresh];
  session.walking = false;
  const rows = session.items.map((item, at) => line(item, at, state(item)));
  if (first.length && others.length) rows.splice(roles.length + first.length, 0, rule());
  if (roles.length && (first.length || others.length)) rows.splice(roles.length, 0, rule());
  menu.list.replaceChildren(...rows);
  menu.empty(session.items.length === 0);
  point(text && session.items.length ? 0 : -1);
  settle();
}

/** What stands first: labels that the chosen have, then those used lately. */
function firstOf(items) {
  const had = items.filter((item) => session.had.has(item.id));
  return [...new Set([...had, ...recent().flatMap((id) => items.filter((item) => item.id === id))])];
}

const state = (item) => (session.kind === "label" && item.id ? (session.changes.get(item.id) ?? session.had.get(item.id) ?? "false") : null);

function point(at) {
  session.at = at;
  const rows = menu.list.querySelectorAll("[role=option]");
  for (const [place, row] of rows.entries()) row.classList.toggle("is-pointed", place === at);
  if (at < 0) menu.input.removeAttribute("aria-activedescendant");
  else {
    menu.input.setAttribute("aria-activedescendant", rows[at].id);
    rows[at].scrollIntoView({ block: "nearest" });
  }
}

/** Tick or untick; back at what it was is no change. */
function tick(item) {
  const before = session.had.get(item.id) ?? "false";
  let next = NEXT[state(item)];
  // What only some have goes round: all, none, as it was.
  if (before === "mixed" && state(item) === "false") next = "mixed";
  if (next === before) session.changes.delete(item.id);
  else session.changes.set(item.id, next);
  menu.list.querySelectorAll("[role=option]")[session.items.indexOf(item)].ariaChecked = next;
  settle();
}

const settle = () => menu.offerApply(session.changes.size > 0);

async function create(item) {
  const made = await post("/labels/new/", { path: item.create, color: "grey" });
  document.dispatchEvent(new CustomEvent("postillion:labels"));
  return { id: String(made.id), path: made.path, color: made.color };
}

async function choose(item) {
  const { kind, rows, whole } = session;
  try {
    const target = item.create ? await create(item) : item;
    if (kind === "label" && session) {
      session.changes.set(target.id, item.create ? "true" : NEXT[state(item)]);
      finish();
    } else if (kind !== "label") {
      menu.close();
      if (target.id) remember([target.id]);
      moveTo(kind, rows, target, whole);
    }
  } catch {
    toast(word("failed"), { bad: true });
  }
}

function finish() {
  const { rows, whole, changes } = session;
  const add = [...changes].filter(([, state]) => state === "true").map(([id]) => id);
  const remove = [...changes].filter(([, state]) => state === "false").map(([id]) => id);
  menu.close();
  remember(add);
  if (add.length || remove.length) apply(rows, add, remove, whole);
}

function step(by) {
  const count = session.items.length;
  session.walking = true;
  if (count) point((session.at + by + count) % count);
}

function key(event) {
  const item = session.items[session.at];
  if (event.isComposing) return;
  if (event.key === "ArrowDown") step(1);
  else if (event.key === "ArrowUp") step(session.at < 0 ? 0 : -1);
  else if (event.key === " " && session.walking && item?.id && session.kind === "label") tick(item);
  else if (event.key === "Enter") {
    if (session.changes.size && !item?.create) finish();
    else if (item) choose(item);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** A click on the box ticks and goes on; one on the name alone is the whole choice. */
function click(event) {
  if (event.target.closest(".picker-apply")) {
    finish();
    return;
  }
  const row = event.target.closest("[role=option]");
  if (!row) return;
  const item = session.items[Number(row.dataset.at)];
  const several = session.changes.size > 0 || event.target.closest(".picker-box");
  if (session.kind === "label" && item.id && several) tick(item);
  else choose(item);
}
