// The page of list and conversation, as it stands.

export const reader = () => document.getElementById("reader");
export const pane = () => document.getElementById("pane");
export const opened = () => pane()?.querySelector(".conversation") ?? null;

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
