// A person's keys: what was pressed, by name ("j", "Shift+i", "Mod+Enter", "g i"), and which action it means.
import { ACTIONS, scopesOf, wayOf } from "./registry.js";
import { IS_MAC } from "./show.js";

const NO_KEYS = new Set(["Control", "Shift", "Alt", "AltGraph", "Meta", "CapsLock", "Fn", "Dead", "Process", "Unidentified"]);

let own = read();

function read() {
  try {
    return JSON.parse(document.body.dataset.keyMap ?? "{}");
  } catch {
    return {};
  }
}

export const ownKeys = () => ({ ...own });
export const isOwn = (action) => action.name in own;
export const keyOf = (action) => own[action.name] ?? action.key;
export const isOff = () => document.body.dataset.keys === "off";

export function setOwnKeys(map) {
  own = map;
  document.dispatchEvent(new CustomEvent("postillion:keys"));
}

// Each keyboard types signs in its own way; those of a Mac's Option key and of AltGr are typed, no command.
function typesSign(event) {
  return event.key.length === 1 && (event.getModifierState("AltGraph") || (IS_MAC && event.altKey && !event.ctrlKey));
}

/** The sign, or the Latin letter that stands where a Cyrillic or Greek keyboard has another. */
function signOf({ key, code = "" }, typed) {
  const sign = key === " " ? "Space" : key.length === 1 ? key.normalize("NFKC").toLowerCase() : key;
  return !typed && /^[^\x00-\x7f]$/u.test(sign) && /^Key[A-Z]$/.test(code) ? code.at(-1).toLowerCase() : sign;
}

/** Name what was pressed; "" when it is no key of an action, or belongs to an input method. */
export function pressed(event) {
  if (event.isComposing || event.keyCode === 229 || !event.key || NO_KEYS.has(event.key)) return "";
  const typed = typesSign(event);
  const mod = !typed && (event.ctrlKey || event.metaKey);
  // With Ctrl and Shift a digit is no digit any more: it goes by its place.
  const digit = (mod && /^Digit(\d)$/.exec(event.code)?.[1]) || "";
  const sign = digit || signOf(event, typed);
  // Shift is part of a sign, but not of a letter: a Caps Lock changes nothing.
  const shift = event.shiftKey && (digit || sign.length > 1 || /\p{L}/u.test(sign));
  return [mod && "Mod", !typed && event.altKey && "Alt", shift && "Shift", sign].filter(Boolean).join("+");
}

/** Tell a key that can be pressed while typing. */
export const isChord = (key) => /^(Mod|Alt)\+/.test(key);

function* bindings(scopes) {
  for (const action of ACTIONS) {
    if (keyOf(action)) yield { action, key: keyOf(action), scopes };
    for (const [scope, keys] of Object.entries(action.fixed ?? {})) {
      if (scopes.includes(scope)) for (const key of keys) yield { action, key, scopes: [scope] };
    }
  }
}

/** What keys mean here: `run` does it, `more` tells that another one may follow. */
export function meaning(keys, scopes) {
  const all = [...bindings(scopes)];
  for (const scope of scopes) {
    for (const each of all) {
      const way = each.key === keys && each.scopes.includes(scope) && each.action[scope]?.();
      if (way) return { run: way, more: false };
    }
  }
  const more = all.some((each) => each.key.startsWith(`${keys} `) && wayOf(each.action, each.scopes));
  return { run: null, more };
}

/** Actions that a key would be taken from: the same key, or the beginning of one, where both apply. */
export function conflicts(action, key) {
  return ACTIONS.filter((other) => other !== action && meet(action, other) && keysOf(other).some((taken) => clash(taken, key)));
}

const keysOf = (action) => [keyOf(action), ...Object.values(action.fixed ?? {}).flat()].filter(Boolean);
const clash = (one, other) => one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `);

function meet(one, other) {
  const [first, second] = [scopesOf(one), scopesOf(other)];
  const everywhere = (scopes, others) => scopes.includes("everywhere") && !others.includes("composer");
  return first.some((scope) => second.includes(scope)) || everywhere(first, second) || everywhere(second, first);
}
