// What is typed while the thing it is meant for is still on its way: held, and typed into it. No key acts meanwhile.

let held = null;

export const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

/** Hold keys until the promise settles; then they go to what has the focus. */
export async function hold(promise) {
  held ??= "";
  try {
    return await promise;
  } finally {
    const text = held;
    held = null;
    // The one way of inserting that fields and editors alike take for typing.
    if (text && typing(document.activeElement)) document.execCommand("insertText", false, text);
  }
}

document.addEventListener(
  "keydown",
  (event) => {
    if (held === null || typing(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) held += event.key;
  },
  true,
);
