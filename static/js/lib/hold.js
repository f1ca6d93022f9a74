// What is typed while the thing it is meant for is still on its way: held, and typed into it. No key acts meanwhile.
import { copyOf } from "./key-event.js";

let held = null;

const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/** Tell whether keys are text. A dialog that was just closed keeps the focus until the next frame. */
export const typing = (target) => target.closest?.(FIELDS) && !target.closest("dialog:not([open])");

/** Hold keys until the promise settles; then they go to what has the focus. */
export async function hold(promise) {
  held ??= [];
  try {
    return await promise;
  } finally {
    const keys = held ?? [];
    held = null;
    for (const event of keys) if (typing(document.activeElement)) type(event);
  }
}

function type(event) {
  const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey;
  // The one way of inserting that fields and editors alike take for typing.
  if (isText) document.execCommand("insertText", false, event.key);
  else if (event.key === "Backspace") document.execCommand("delete");
  else document.activeElement.dispatchEvent(event);
}

document.addEventListener(
  "keydown",
  (event) => {
    if (held === null || typing(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.push(copyOf(event));
  },
  true,
);
