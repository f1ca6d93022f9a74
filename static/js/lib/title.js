// The title of the window while no conversation is open: the list, and how much of it is unread.
import { list } from "./rows.js";
import { opened } from "./reader.js";

export function settleTitle() {
  const { name, slug } = list()?.dataset ?? {};
  if (!name || opened()) return;
  const unread = Number(document.querySelector(`#nav [data-slug="${slug}"] .count`)?.textContent);
  document.title = `${name}${unread && !["drafts", "snoozed"].includes(slug) ? ` (${unread})` : ""} – Postillion`;
}
