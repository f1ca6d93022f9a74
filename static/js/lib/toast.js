// Short answers at the foot of the page: toast("Archived", { undo: "/undo/…/" }).
import { word } from "./words.js";

const SHOWN_FOR = 7000;

function button(text, classes, onClick) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = classes;
  element.textContent = text;
  element.addEventListener("click", onClick);
  return element;
}

function dialogLink(text, url) {
  const link = document.createElement("a");
  Object.assign(link, { className: "button", href: url, textContent: text });
  link.dataset.dialog = "";
  return link;
}

export function dismiss(element) {
  element.classList.add("is-leaving");
  setTimeout(() => element.remove(), 200);
}

/** Let a toast go by itself, but not while it is pointed at. */
export function expire(element) {
  const timer = setTimeout(function check() {
    if (element.matches(":hover, :focus-within")) setTimeout(check, 1500);
    else dismiss(element);
  }, SHOWN_FOR);
  return () => clearTimeout(timer);
}

export function toast(text, { bad = false, undo = "", leave = "", action = null, lasting = false, turn = 0 } = {}) {
  const host = document.getElementById("toasts");
  for (const old of host.querySelectorAll(".toast:not([data-sticky])")) old.remove();
  const element = document.createElement("div");
  element.className = bad ? "toast is-bad" : "toast";
  const words = document.createElement("span");
  words.className = "toast-text";
  words.textContent = text;
  element.append(words);
  if (leave) element.append(dialogLink(word("unsubscribe"), leave));
  if (undo) {
    element.dataset.undo = undo;
    if (turn) element.dataset.turn = turn;
    action = { text: word("undo"), undoes: true, run: () => document.dispatchEvent(new CustomEvent("postillion:undo", { detail: { way: undo } })) };
  }
  if (action) {
    const chosen = button(action.text, "button", action.run);
    if (action.undoes) chosen.dataset.undoes = "";
    element.append(chosen);
  }
  host.append(element);
  if (lasting) element.dataset.sticky = "";
  else expire(element);
  return element;
}
