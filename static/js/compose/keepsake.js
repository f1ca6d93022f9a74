// What a page could not save before it went waits in this browser, and is saved when a page opens again.
import { keptNames, nameOf } from "../lib/kept.js";
import { Refused, post } from "./http.js";

const LASTS = 7 * 24 * 3600 * 1000; // ms

// The longest body that a browser takes along from a page that goes, and some room for what is around it.
const CARRIED = 60_000;

export function isText([name, value]) {
  return typeof value === "string" && name !== "csrfmiddlewaretoken";
}

export function isCarried(data) {
  return new Blob([...data].filter(isText).flat()).size < CARRIED;
}

export function keep(url, data) {
  const fields = [...data].filter(isText);
  try {
    localStorage.setItem(nameOf(data.get("key")), JSON.stringify({ url, fields, kept: Date.now() }));
  } catch (error) {
    // A full store, or none: there is no place left to keep it.
    if (error.name !== "QuotaExceededError" && error.name !== "SecurityError") throw error;
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(nameOf(key));
  } catch (error) {
    if (error.name !== "SecurityError") throw error;
  }
}

/** Say that a letter is being written here: what lives is not recovered elsewhere. Gone with the tab, however it goes. */
export function hold(key) {
  let release = () => {};
  navigator.locks?.request(nameOf(key), () => new Promise((resolve) => (release = resolve)));
  return () => release();
}

/** Whether a tab has this letter open; where browsers can't tell, what is old is nobody's. */
async function isHeld(name, kept) {
  if (!navigator.locks) return Date.now() - kept < 60_000;
  return navigator.locks.request(name, { ifAvailable: true }, (lock) => lock === null);
}

function form(fields) {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
}

// A draft that was changed meanwhile stays as it is; this one is kept beside it.
async function save({ url, fields }) {
  try {
    return await post(url, form(fields));
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 409) throw error;
    return post(url, form(fields.filter(([name]) => name !== "draft" && name !== "message_id")));
  }
}

async function recoverOne(name) {
  const text = localStorage.getItem(name);
  if (text && (await isHeld(name, JSON.parse(text).kept))) return null;
  localStorage.removeItem(name); // so that no other window saves it, too
  if (!text) return null;
  const letter = JSON.parse(text);
  if (Date.now() - letter.kept > LASTS) return null;
  try {
    return await save(letter);
  } catch (error) {
    if (!(error instanceof Refused) && !(error instanceof TypeError)) throw error;
    localStorage.setItem(name, text);
    return null;
  }
}

// Saves what waits; the draft that was saved last, or null.
export async function recover() {
  let draft = null;
  for (const name of keptNames()) draft = (await recoverOne(name))?.draft ?? draft;
  return draft;
}
