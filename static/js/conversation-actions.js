// What is done to the conversation, or message, that is open: at once, by the list's own ways, and then on to the next one.
import { carryOut, fieldsOf, leaves, verbOf } from "./actions.js";
import { close, open, redrawHead } from "./reader.js";
import { isSplit, openedId, openedRow } from "./lib/reader.js";
import { list, rows } from "./lib/rows.js";

// Where an act leads that takes the conversation away: "older", "newer" or "list"; a key may say it for once.
const advance = (button) => button.dataset.advance || document.body.dataset.advance || (isSplit() ? "older" : "list");

/** The row to read next, looked for before this one goes. */
function following(row, way) {
  const all = rows();
  const at = all.indexOf(row);
  if (way === "list" || at < 0) return null;
  const [older, newer] = [all[at + 1], all[at - 1]];
  return (way === "older" ? (older ?? newer) : (newer ?? older)) ?? null;
}

function moveOn(next) {
  if (next?.isConnected) open(next);
  else close();
}

function showStar(button, on) {
  button.setAttribute("aria-pressed", String(on));
  button.classList.toggle("is-starred", on);
  button.formAction = `/conversations/${on ? "unstar" : "star"}/`;
}

async function act(button) {
  const { elements, dataset } = button.form;
  const verb = verbOf(button);
  const row = openedRow();
  const fields = { in: elements.in.value, of: elements.of.value, ids: elements.ids.value, ...fieldsOf(button) };
  const next = row && following(row, advance(button));
  const star = verb === "star" || verb === "unstar";
  const asked = carryOut(verb, row ? [row] : [], fields, dataset.role);
  if (leaves(verb, dataset.role)) moveOn(next);
  else if (verb === "unread") close();
  else if (star) showStar(button, verb === "star");
  const done = await asked;
  if (star && !done) showStar(button, verb !== "star");
  const stays = verb === "snooze" || button.hasAttribute("data-stay");
  if (!star && done && stays && openedId() === fields.ids) redrawHead();
}

document.addEventListener(
  "submit",
  (event) => {
    // Without its list there is nothing to go back to but the server's page.
    if (event.target.id !== "conversation-toolbar" || !event.submitter || !list()) return;
    // Its menu is opened by picker.js.
    if (event.submitter.dataset.pick) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    event.submitter.closest("[popover]")?.hidePopover();
    act(event.submitter);
  },
  true,
);
