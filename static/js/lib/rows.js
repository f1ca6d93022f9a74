// The list as it stands on the page: its form, rows, selection and the row that keys act on.

import { word } from "./words.js";

export const list = () => document.getElementById("bulk");
/** The list, while it is in sight: not when a conversation stands in its place. */
export const form = () => (list()?.inert ? null : list());
export const rows = () => [...document.querySelectorAll("#rows > .row:not(.is-leaving)")];
export const rowOf = (id) => document.getElementById(`t${id}`);
export const box = (row) => row.querySelector(".row-check input");
export const selected = () => rows().filter((row) => box(row).checked);
export const current = () => document.querySelector("#rows > .row.is-current");

/** Make a row the one that keys act on, and bring it into sight. */
export function point(row, { scroll = true } = {}) {
  current()?.classList.remove("is-current");
  if (!row) return;
  row.classList.add("is-current");
  if (scroll) row.scrollIntoView({ block: "nearest" });
}

/** Stand on a row: keys act on it, and it has the focus. Without a row, on the words for an empty list. */
export function land(row) {
  point(row);
  const target = row?.querySelector(".row-link") ?? document.querySelector("#empty h2");
  if (!row && target) target.tabIndex = -1;
  target?.focus({ preventScroll: true });
}

/** The row to stand on when these are gone: the one pointed at when it stays, else the next, else the one before. */
export function heir(leaving) {
  const stays = (row) => !leaving.includes(row);
  const all = rows();
  if (current() && stays(current())) return current();
  const last = all.findLastIndex((row) => !stays(row));
  return all.slice(last + 1).find(stays) ?? all.findLast(stays) ?? null;
}

/** Take rows away; who stood on one of them stands on the next. */
export function drop(gone) {
  const next = heir(gone);
  const held = gone.some((row) => row.contains(document.activeElement));
  const lost = gone.includes(current());
  for (const row of gone) row.remove();
  if (held) land(next);
  else if (lost) point(next, { scroll: false });
}

const PARTS = [".row-link", ".row-star", ".row-pin", ".row-check input"];

/** Put a fresh row in place of an old one, by `place`; the focus stays on the part that has it. */
export function renew(old, fresh, place) {
  const held = PARTS.find((part) => old.querySelector(part) === document.activeElement);
  place();
  if (held) (fresh.querySelector(held) ?? fresh.querySelector(".row-link")).focus({ preventScroll: true });
}

/** Say a row's state in words, where its name begins. */
export function describe(row) {
  const states = [
    row.classList.contains("is-unread") && word("unread"),
    row.classList.contains("is-starred") && word("starred"),
    box(row).checked && word("chosen"),
  ];
  const text = states.filter(Boolean).map((state) => `${state}. `).join("");
  const words = row.querySelector(".row-state") ?? (text && prefix(row));
  if (words && words.textContent !== text) words.textContent = text;
}

function prefix(row) {
  const words = document.createElement("span");
  words.className = "visually-hidden row-state";
  row.querySelector(".row-people").prepend(words);
  return words;
}

/** Where a row stands in the order, the greatest first: pinned or not, its time, its id. */
const place = (row) => row.dataset.order.split(".").map(Number);

export function newer(one, other) {
  const [a, b] = [place(one), place(other)];
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && a[at] > b[at];
}

/** Tell whether a row that moved belongs to an earlier or a later page of the list. */
export function isBeyond(row) {
  const others = rows().filter((other) => other !== row);
  if (!others.length) return false;
  const above = list().dataset.first !== "true" && newer(row, others[0]);
  return above || (document.getElementById("older") !== null && newer(others.at(-1), row));
}

/** Put a row where the order wants it. */
export function insert(row) {
  const place = document.getElementById("rows");
  const next = [...place.children].find((other) => other !== row && newer(row, other));
  place.insertBefore(row, next ?? null);
}

/** Show the words for an empty list when it is one. */
export function settleEmpty() {
  const empty = document.getElementById("empty");
  const more = document.getElementById("older");
  if (empty) empty.hidden = rows().length > 0 || more !== null;
}

/** Load the page again when few rows are left of a list that goes on. */
export function refill() {
  if (rows().length < 10 && document.getElementById("older")) document.getElementById("refresh")?.click();
}

/** Say anew where in the list the page stands. */
export function settleRange(total) {
  const range = document.getElementById("range");
  if (!range?.dataset.total || total === null || total === undefined) return;
  range.dataset.total = total;
  const first = Number(range.dataset.start) + 1;
  const last = first + rows().length - 1;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const values = { first, last, total: Math.max(total, last) };
  const words = document.getElementById("words").dataset.range;
  range.textContent = rows().length ? words.replace(/\{(\w+)\}/g, (_, name) => number.format(values[name])) : "";
}
