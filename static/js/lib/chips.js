// Chips of labels on a row and on the page of a conversation, drawn from the ids that stand in `data-labels`.
import { labels } from "./labels.js";
import { form, rows } from "./rows.js";

export const idsOf = (host) => (host.dataset.labels ?? "").split(" ").filter(Boolean);
const isRow = (host) => host.classList.contains("row");

function chip(label, asLink) {
  const element = document.createElement(asLink ? "a" : "span");
  element.className = `chip color-${label.color}`;
  element.textContent = label.path;
  if (asLink) element.href = `/mail/label-${label.id}/`;
  return element;
}

/** Draw the chips of a row, or of the page whose toolbar is given; the label of the list itself is left out. */
export function drawChips(host, known = labels()) {
  const ids = new Set(idsOf(host));
  const here = form()?.dataset.slug;
  const place = isRow(host) ? host.querySelector(".row-text") : document.querySelector("#main .conversation-head");
  if (!place) return;
  for (const old of place.querySelectorAll(":scope > .chip:not(.chip-snoozed)")) old.remove();
  const wanted = known.filter((label) => ids.has(label.id) && !(isRow(host) && here === `label-${label.id}`));
  const fresh = wanted.map((label) => chip(label, !isRow(host)));
  const first = isRow(host) && place.querySelector(":scope > :is(.row-note, .chip-snoozed)");
  if (first) first.after(...fresh);
  else if (isRow(host)) place.prepend(...fresh);
  else {
    place.append(...fresh);
    for (const link of fresh) htmx.process(link);
  }
}

/** Give and take labels on the page; the function returned takes it back. */
export function relabel(host, add, remove) {
  const before = host.dataset.labels ?? "";
  const gone = new Set(remove);
  host.dataset.labels = [...new Set([...idsOf(host), ...add])].filter((id) => !gone.has(id)).join(" ");
  drawChips(host);
  return () => {
    host.dataset.labels = before;
    drawChips(host);
  };
}

/** After labels were renamed, recoloured or deleted. */
export function redrawChips() {
  const known = labels();
  const toolbar = document.getElementById("conversation-toolbar");
  for (const host of [...rows(), ...(toolbar ? [toolbar] : [])]) if (host.dataset.labels) drawChips(host, known);
}
