// Keys as a person reads them: <kbd>Ctrl</kbd> <kbd>Enter</kbd>, or "Ctrl+Enter" in a text.
export const IS_MAC = /Mac|iP(hone|ad)/.test(navigator.platform);
const SIGNS = {
  Mod: IS_MAC ? "⌘" : "Ctrl",
  Alt: IS_MAC ? "⌥" : "Alt",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
};

const parts = (press) => (press.endsWith("++") ? [...press.slice(0, -2).split("+"), "+"] : press === "+" ? ["+"] : press.split("+"));
const sign = (part) => SIGNS[part] ?? part;

export const text = (key) =>
  key
    .split(" ")
    .map((press) => parts(press).map(sign).join("+"))
    .join(" ");

/** The keys as elements; nothing for no key. */
export function kbds(key) {
  if (!key) return [];
  return key.split(" ").flatMap((press) => parts(press).map(kbd));
}

function kbd(part) {
  const element = document.createElement("kbd");
  element.textContent = sign(part);
  return element;
}

/** As aria-keyshortcuts wants it; "" for keys pressed one after another, which it can't say. */
export function aria(key) {
  return key.includes(" ") ? "" : key.replace(/^Mod/, IS_MAC ? "Meta" : "Control");
}
