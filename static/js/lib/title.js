// The title of the window: the list, or what is open, and how much is unread.
import { list } from "./rows.js";
import { opened } from "./reader.js";

const unreadIn = (slug) => Number(document.querySelector(`#nav [data-slug="${slug}"] .count`)?.textContent);

export function settleTitle() {
  const { name, slug } = list()?.dataset ?? {};
  if (opened()) {
    const unread = unreadIn("inbox");
    document.title = (unread ? `(${unread}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  } else if (name) {
    const unread = ["drafts", "outbox", "scheduled", "snoozed"].includes(slug) ? 0 : unreadIn(slug);
    document.title = `${name}${unread ? ` (${unread})` : ""} – Postillion`;
  }
}
