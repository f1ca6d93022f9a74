// What the menu of labels does: to rows of the list, or to what is open.
import { carryOut, perform } from "../actions.js";
import { idsOf, relabel } from "../lib/chips.js";
import { openedRow } from "../lib/reader.js";

const toolbar = () => document.getElementById("conversation-toolbar");

/** Which labels the chosen have: "true" for all of them, "mixed" for some; of all that the list holds, nobody knows. */
export function states(rows, whole) {
  const hosts = rows ?? [toolbar()];
  const counts = new Map();
  for (const host of hosts) for (const id of idsOf(host)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return new Map([...counts].map(([id, count]) => [id, count === hosts.length && !whole ? "true" : "mixed"]));
}

export async function apply(rows, add, remove, whole) {
  const named = { add: add.join(","), remove: remove.join(",") };
  if (rows) return perform("label", rows, named, { whole });
  const page = toolbar();
  const { ids, of, in: place } = page.elements;
  const back = relabel(page, add, remove);
  const row = openedRow();
  const fields = { ids: ids.value, of: of.value, in: place.value, ...named };
  if (!(await carryOut("label", row ? [row] : [], fields, page.dataset.role))) back();
}

/** Move or copy to a label or a place. What is open is moved by its form, which leads back to the list. */
export function moveTo(verb, rows, target, whole) {
  const named = target.role ? { role: target.role } : { mailbox: target.id };
  if (rows) return perform(verb, rows, named, { whole });
  const [[name, value]] = Object.entries(named);
  const button = document.createElement("button");
  Object.assign(button, { hidden: true, name, value, formAction: `/conversations/${verb}/` });
  if (verb === "copy") button.dataset.stay = "";
  toolbar().append(button);
  button.click();
  button.remove();
}
