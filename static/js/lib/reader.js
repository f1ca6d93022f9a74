// The page of list and conversation, as it stands.
import { list, rowOf } from "./rows.js";

export const reader = () => document.getElementById("reader");
export const pane = () => document.getElementById("pane");
export const opened = () => pane()?.querySelector(".conversation") ?? null;

/** Its id: of a conversation, or of a single message. */
export const openedId = () => opened()?.dataset.id;

/** Tell whether what is open is of the kind that the list's rows are. */
const isListed = () => opened() && opened().dataset.of === list()?.elements.of.value;

/** The row of what is open; none of a whole conversation beside a list of messages. */
export const openedRow = () => (isListed() ? rowOf(openedId()) : null);

/** Tell whether what is open is among these, by the ids of the list. */
export const isOpen = (ids) => Boolean(isListed() && ids.includes(openedId()));

// As components/reader.css has it.
const ROOM = { right: matchMedia("(min-width: 64.01rem)"), below: matchMedia("(min-width: 52.01rem)") };

/** Tell whether list and conversation stand beside each other; else one stands in place of the other. */
export const isSplit = () => ROOM[reader()?.dataset.pane]?.matches ?? false;

export function onRoom(callback) {
  for (const room of Object.values(ROOM)) room.addEventListener("change", callback);
}

/** The address of a page, without what is after the #. */
export function addressOf(link) {
  const url = new URL(link, location.href);
  return url.pathname + url.search;
}
