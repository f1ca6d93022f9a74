// Act first, confirm after: rows change at once, and come back when the server refuses.
import { relabel } from "./lib/chips.js";
import { everything } from "./lib/everything.js";
import { post } from "./lib/http.js";
import { follow } from "./lib/progress.js";
import { box, describe, form, heir, insert, isBeyond, land, list, point, rowOf, selected, settleEmpty } from "./lib/rows.js";
import { readNoted } from "./lib/seen.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

const QUIET = new Set(["star", "unstar"]);

export function verbOf(button) {
  return new URL(button.formAction).pathname.split("/").filter(Boolean).pop();
}

/** What a button says besides its verb. */
export const fieldsOf = (button) => (button.name && button.name !== "only" ? { [button.name]: button.value } : {});

const idsIn = (text = "") => text.split(",").filter(Boolean);

/** Tell whether what is acted on leaves the list that is shown. */
export function leaves(verb, role) {
  switch (verb) {
    case "archive":
    case "mute":
      return ["inbox", "screener", "snoozed", "junk", "trash"].includes(role);
    case "snooze":
      return ["inbox", "archive"].includes(role);
    case "unsnooze":
      return role === "snoozed";
    case "trash":
      return role !== "trash";
    case "junk":
      return !["junk", "sent", "drafts"].includes(role);
    case "notjunk":
    case "delete":
      return true;
    case "move":
      return !["all", "starred", "search"].includes(role);
    case "unlabel":
      return role === "label";
    case "unstar":
      return role === "starred";
    default:
      return false;
  }
}

/** Tell whether the label of the list itself is taken away. */
const losesPlace = ({ remove }) => idsIn(remove).some((id) => list()?.dataset.slug === `label-${id}`);

function mark(row, name, on) {
  const before = row.classList.contains(name);
  const set = (state) => {
    row.classList.toggle(name, state);
    describe(row);
  };
  set(on);
  return () => set(before);
}

function star(row, on) {
  const button = row.querySelector(".row-star");
  const undo = mark(row, "is-starred", on);
  const settle = () => {
    const starred = row.classList.contains("is-starred");
    button.setAttribute("aria-pressed", starred);
    button.formAction = `/conversations/${starred ? "unstar" : "star"}/`;
  };
  settle();
  return () => {
    undo();
    settle();
  };
}

/** Put a row among those that are pinned, or back among the others; the function returned takes it back. */
function pin(row, on) {
  if (row.classList.contains("is-pinned") === on) return () => {};
  const link = row.querySelector(".row-link");
  const focused = row.contains(document.activeElement);
  row.classList.toggle("is-pinned", on);
  row.querySelector(".row-actions")?.remove();
  row.querySelector(".row-pin")?.remove();
  if (on) {
    const button = document.getElementById("row-pin").content.firstElementChild.cloneNode(true);
    button.value = row.dataset.id;
    link.before(button);
  }
  row.dataset.order = row.dataset.order.replace(/^\d+/, on ? "1" : "0");
  if (isBeyond(row)) row.remove();
  else insert(row);
  if (focused) link.focus({ preventScroll: true });
  return () => void pin(row, !on);
}

/** Take a row out of the list; the function returned puts it back where it was. */
function take(row) {
  const next = row.nextElementSibling;
  const place = row.parentElement;
  row.querySelector(".row-actions")?.remove();
  row.remove();
  return () => {
    place.insertBefore(row, next?.isConnected ? next : null);
  };
}

function show(verb, row, leaving, fields) {
  if (leaving) return take(row);
  if (verb === "star" || verb === "unstar") return star(row, verb === "star");
  if (verb === "read" || verb === "unread") return mark(row, "is-unread", verb === "unread");
  if (verb === "pin" || verb === "unpin") return pin(row, verb === "pin");
  if (verb === "label") return relabel(row, idsIn(fields.add), idsIn(fields.remove));
  return () => {};
}

/** Do to rows what a button says; one that asks which mailbox is meant opens its menu. */
export async function act(button, chosen) {
  if (button.dataset.pick) {
    document.dispatchEvent(new CustomEvent("postillion:pick", { detail: { button, rows: chosen } }));
    return;
  }
  const whole = everything(form()) && !button.closest(".row, .snooze-menu[data-row]");
  await perform(verbOf(button), chosen, fieldsOf(button), { whole });
}

/** Do a verb to rows, or to all that the list holds (`whole`): on the page at once, then on the server. */
export async function perform(verb, chosen, named = {}, { whole = false } = {}) {
  if (!chosen.length) return;
  const { elements, dataset } = form();
  const fields = { in: elements.in.value, of: elements.of.value, ...named };
  if (whole) Object.assign(fields, { all: "1", q: elements.q?.value ?? "" });
  else fields.ids = chosen.map((row) => row.dataset.id).join(",");
  await carryOut(verb, chosen, fields, dataset.role, { fromList: true });
  if (whole) document.getElementById("refresh")?.click();
}

let turns = 0;

/** Show it in rows at once, then ask for it; what is refused is taken back. Tells whether it was done. */
export async function carryOut(verb, chosen, fields, role, { fromList = false } = {}) {
  const turn = (turns += 1);
  const leaving = verb === "label" ? losesPlace(fields) : leaves(verb, role);
  const next = leaving && heir(chosen);
  const back = chosen.map((row) => show(verb, row, leaving, fields)).reverse();
  if (leaving) for (const row of chosen) box(row).checked = false;
  settle();
  if (leaving && chosen.length) stand(next);
  document.dispatchEvent(new CustomEvent("postillion:acting", { detail: { leaving, fromList, ids: fields.ids } }));
  try {
    await readNoted();
    const answer = await follow(await post(`/conversations/${verb}/`, fields));
    if (!QUIET.has(verb)) toast(answer.text, { undo: answer.undo, leave: answer.leave, turn });
    document.dispatchEvent(new CustomEvent("postillion:acted", { detail: { verb, leaving, turn, undo: answer.undo } }));
    return true;
  } catch (error) {
    for (const restore of back) restore();
    settle();
    document.dispatchEvent(new CustomEvent("postillion:refused"));
    toast(error.answer?.text || word("failed"), { bad: true });
    return false;
  }
}

/** What had the focus is gone, or hidden; who is elsewhere stays there. */
function stand(row) {
  const held = document.activeElement;
  if (form() && (held === document.body || form().contains(held))) land(row);
  else point(row, { scroll: false });
}

function settle() {
  settleEmpty();
  document.dispatchEvent(new CustomEvent("postillion:list"));
}

document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== form() || !event.submitter) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    const menu = button.closest("[popover]");
    const id = menu?.dataset.row ?? (button.name === "only" ? button.value : "");
    const row = button.closest(".row") ?? (id ? rowOf(id) : null);
    menu?.hidePopover();
    act(button, row ? [row] : selected());
  },
  true,
);

// --- One set of hover actions, standing in the row that is pointed at
function offer(row) {
  if (row.querySelector(".row-actions") || !matchMedia("(hover: hover)").matches) return;
  document.querySelector("#rows .row-actions")?.remove();
  const actions = document.getElementById("row-actions")?.content.cloneNode(true);
  if (!actions) return;
  for (const button of actions.querySelectorAll("button")) button.value = row.dataset.id;
  row.append(actions);
}

document.addEventListener("pointerover", (event) => {
  const row = event.target.closest?.("#rows > .row");
  if (row) offer(row);
  else document.querySelector("#rows .row-actions")?.remove();
});


