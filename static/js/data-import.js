// A file of mail is sent up in pieces: one that is lost is sent again, and no size is too large for a request.
import { csrfToken } from "./lib/http.js";

const TRIES = 4;
const headers = () => ({ Accept: "application/json", "X-CSRFToken": csrfToken() });

async function send(url, body) {
  for (let tried = 1; ; tried += 1) {
    try {
      const response = await fetch(url, { method: "POST", headers: headers(), body });
      if (response.status < 500) return response;
    } catch (error) {
      if (tried === TRIES) throw error;
    }
    if (tried === TRIES) throw new Error("no answer");
    await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** tried));
  }
}

async function upload(form, file, bar) {
  const asked = new URLSearchParams({ name: file.name, size: file.size, folder: form.elements.folder.value });
  const begun = await send(form.action, asked);
  const answer = await begun.json();
  if (!begun.ok) return answer.text;
  for (let at = answer.at; at < file.size; at += answer.piece) {
    const response = await send(`${answer.url}?at=${at}`, file.slice(at, at + answer.piece));
    if (!response.ok) return (await response.json()).text;
    bar.value = Math.min(1, (at + answer.piece) / file.size);
  }
  return "";
}

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target.closest?.("form[data-import]");
    const file = form?.elements.file.files[0];
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    const button = form.querySelector("button");
    const bar = form.querySelector("progress");
    const told = form.querySelector(".field-error");
    button.disabled = true;
    bar.hidden = false;
    told.textContent = "";
    const problem = await upload(form, file, bar).catch(() => form.dataset.failed);
    button.disabled = false;
    bar.hidden = true;
    told.textContent = problem;
    if (!problem) htmx.ajax("GET", location.pathname, { target: "#main", swap: "outerHTML", push: "false" });
  },
  true,
);
