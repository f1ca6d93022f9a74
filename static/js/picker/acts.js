// What the menu of labels does: to rows of the list, or to the conversation of the page.
import { perform } from "../actions.js";
import { idsOf, relabel } from "../lib/chips.js";
import { post } from "../lib/http.js";
import { toast } from "../lib/toast.js";
import { word } from "../lib/words.js";

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
  const back = relabel(page, add, remove);
  try {
    const answer = await post("/conversations/label/", {
      ids: page.elements.ids.value,
      in: page.elements.in.value,
      ...named,
    });
    toast(answer.text, { undo: answer.undo });
    document.dispatchEvent(new CustomEvent("postillion:acted", { detail: { verb: "label", leaving: false } }));
    const undone = ({ detail }) => detail.verb === "undo" && page.isConnected && back();
    document.addEventListener("postillion:acted", undone, { once: true });
  } catch {
    back();
    toast(word("failed"), { bad: true });
  }
}

/** Move to a label or a place. A conversation is moved by its form, which leads back to the list. */
export function moveTo(rows, target, whole) {
  const named = target.role ? { role: target.role } : { mailbox: target.id };
  if (rows) return perform("move", rows, named, { whole });
  const [[name, value]] = Object.entries(named);
  const button = document.createElement("button");
  Object.assign(button, { hidden: true, name, value, formAction: "/conversations/move/" });
  toolbar().append(button);
  button.click();
  button.remove();
}
