// One message on paper, or all of them. Paper is narrower than most screens, and always light: frames of letters are measured for it before they print.

import { openAll } from "./messages.js";

const PATIENCE = 4000;
const PAPER = "680px"; // what fits between the margins of A4 and of Letter

function frames() {
  return [...document.querySelectorAll("letter-frame.is-shown")].filter((letter) => letter.frame?.contentDocument);
}

let grounds = new Map();

window.addEventListener("beforeprint", () => {
  grounds = new Map();
  for (const letter of frames()) {
    const root = letter.frame.contentDocument.documentElement;
    grounds.set(root, root.dataset.ground);
    root.dataset.ground = "light";
    letter.frame.style.width = PAPER;
    letter.grow();
  }
});

window.addEventListener("afterprint", () => {
  for (const letter of frames()) {
    const root = letter.frame.contentDocument.documentElement;
    const before = grounds.get(root);
    if (before === undefined) delete root.dataset.ground;
    else root.dataset.ground = before;
    letter.frame.style.width = "";
    letter.grow();
  }
});

/** Resolves when every letter can be seen: those further down load late. */
async function shown() {
  const until = performance.now() + PATIENCE;
  for (const frame of document.querySelectorAll("letter-frame iframe")) frame.loading = "eager";
  while (document.querySelector("letter-frame:not(.is-shown)") && performance.now() < until) {
    await new Promise(requestAnimationFrame);
  }
}

function one(message) {
  message.classList.add("is-printed");
  window.addEventListener("afterprint", () => message.classList.remove("is-printed"), { once: true });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-print]");
  if (!button) return;
  button.closest("[popover]")?.hidePopover();
  const message = button.closest(".message");
  if (message) one(message);
  else {
    await openAll("all");
    await shown();
  }
  window.print();
});
