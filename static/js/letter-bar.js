// The bar over an HTML letter: what was left out of it, its pictures on request, a light ground in the dark.

import { post } from "./lib/http.js";

document.addEventListener("postillion:letter", ({ target: letter, detail: { page } }) => {
  const bar = letter.querySelector(".letter-bar");
  const root = page.documentElement;
  const notes = page.querySelector("body > .letter-notes");
  bar.querySelector(".letter-notes").replaceChildren(...[...notes.querySelectorAll("[data-note]")].map(line));
  notes.remove();
  const control = (name) => bar.querySelector(`[data-letter=${name}]`);
  control("show").hidden = !("pictures" in root.dataset);
  control("always").hidden = !("pictures" in root.dataset) || !letter.dataset.sender;
  control("never").hidden = !("always" in root.dataset);
  control("ground").hidden = !("coloured" in root.dataset) || page.defaultView.getComputedStyle(root).getPropertyValue("--is-dark") !== "1";
  if (control("ground").getAttribute("aria-pressed") === "true") root.dataset.ground = "light";
  bar.hidden = ![...bar.children].some((child) => !child.hidden && child.matches("button, :not(:empty)"));
});

function line(note) {
  const element = document.createElement("span");
  element.textContent = note.textContent;
  return element;
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.(".letter-bar [data-letter]");
  if (!button) return;
  const letter = button.closest("letter-frame");
  const act = button.dataset.letter;
  if (act === "ground") {
    const light = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(light));
    letter.frame.contentDocument.documentElement.dataset.ground = light ? "light" : "";
    return;
  }
  if (act !== "show") await post(letter.dataset.sender, { show: act === "always" ? "1" : "" });
  letter.frame.src = `${letter.dataset.src}${act === "never" ? "" : "?remote=1"}`;
  letter.frame.focus();
});
