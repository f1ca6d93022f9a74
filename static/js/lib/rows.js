// The list as it stands on the page: its form, rows, selection and the row that keys act on.

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
