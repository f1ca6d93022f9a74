// What keys do in the list: see controls.js for what a way is. A list that can't be seen does nothing.
import { act } from "../actions.js";
import { box, current, form, land, rows, selected } from "../lib/rows.js";
import { select as choose, settleSelection } from "../selection.js";
import { enter } from "./controls.js";

const pointed = () => form() && current();

/** The rows that a key acts on: the chosen ones, else the one pointed at. */
export function meant() {
  const chosen = selected();
  return chosen.length ? chosen : [current()].filter(Boolean);
}

const isMeant = () => form() && meant().length > 0;

export const click = (selector) => () => {
  const found = form() && document.querySelector(selector);
  return found && (() => found.click());
};

export const step = (by) => () => form() && rows().length > 0 && (() => move(by));

function move(by) {
  const all = rows();
  const at = all.indexOf(current());
  land(all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

export const open = () => pointed() && (() => current().querySelector(".row-link").click());
export const toggle = () => pointed() && (() => check(current(), !box(current()).checked));
export const select = (kind) => () => form() && rows().length > 0 && (() => choose(kind));
export const star = () => isMeant() && (() => meant().forEach((row) => act(row.querySelector(".row-star"), [row])));

function check(row, on) {
  box(row).checked = on;
  settleSelection();
}

const button = (key) => form()?.querySelector(`.toolbar-some [data-key~="${CSS.escape(key)}"]`);

/** Press a tool of the list for the rows that are meant. */
export const tool = (key) => () => button(key) && isMeant() && (() => use(button(key)));

function use(control) {
  if (control.type === "submit") act(control, meant());
  else if (selected().length) enter(control);
  else enterFor(current(), control);
}

/** A menu acts on chosen rows: the one pointed at is chosen while it is open. */
function enterFor(row, control) {
  check(row, true);
  enter(control);
  const menu = document.getElementById(control.getAttribute("popovertarget"));
  menu.addEventListener("toggle", function closed({ newState }) {
    if (newState !== "closed") return;
    menu.removeEventListener("toggle", closed);
    if (row.isConnected) check(row, false);
  });
}

/** Put the row away, and stand on the one before or after it. */
export const putAway = (by) => () => {
  const control = button("y") ?? button("e");
  return control && pointed() && (() => leave(control, by));
};

function leave(control, by) {
  const all = rows();
  const next = all[all.indexOf(current()) + by];
  act(control, [current()]);
  if (next) land(next);
}
