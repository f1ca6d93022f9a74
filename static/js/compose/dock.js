// Opens composers in #compose-dock, outside #main, so that they survive navigation; on /compose/ in the page.
import { answerFields } from "./answer.js";
import { post } from "./http.js";
import { current } from "../lib/rows.js";
import { toast } from "../lib/toast.js";
import { word } from "../lib/words.js";

const dock = () => document.getElementById("compose-dock");

function same(url) {
  const wanted = new URL(url, location.href).searchParams.get("draft");
  if (!wanted) return null;
  return [...document.querySelectorAll("compose-window")].find((each) => each.querySelector("[name=draft]").value === wanted);
}

function show(composer) {
  composer.dataset.state = "open";
  for (const other of dock().children) if (other !== composer && innerWidth < 1200) other.dataset.state = "minimised";
}

/** Put the fields of a letter into a window that is not in the page yet. */
function fill(composer, fields) {
  const { elements } = composer.querySelector("form");
  for (const [name, value] of fields) {
    if (elements[name] && name !== "key") elements[name].value = value;
    if (name === "subject" && value) composer.querySelector("[data-title]").textContent = value;
  }
}

export async function openComposer(url, fields = []) {
  const opener = document.activeElement;
  const open = same(url);
  if (open) {
    show(open);
    return open.focusText();
  }
  const asked = fetch(url, { headers: { "X-Compose": "window" } }).catch(() => null);
  const [response] = await Promise.all([asked, import("./window.js")]);
  if (!response) return toast(word("needsNetwork"), { bad: true });
  if (!response.ok || response.redirected) return location.assign(url);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const composer = document.importNode(page.querySelector("compose-window"), true);
  composer.opener = opener;
  fill(composer, response.headers.has("X-Kept") && !fields.length ? answerFields(url) : fields);
  document.dispatchEvent(new CustomEvent("postillion:composer", { detail: { composer, url } }));
  dock().prepend(composer);
  return show(composer);
}

/** Lead the focus back to where the letter was begun, or to what the page is about now. */
function leave({ opener }) {
  const back = opener?.isConnected && opener !== document.body ? opener : document.querySelector("#main [data-focus]");
  (back ?? current()?.querySelector(".row-link"))?.focus({ preventScroll: true });
}

export function closeComposer(composer, { kept = false, open = "" } = {}) {
  const inPage = !dock().contains(composer);
  const held = composer.contains(document.activeElement) || document.activeElement === document.body;
  composer.remove();
  if (held && !inPage) leave(composer);
  if (open) openComposer(open);
  else if (inPage) htmx.ajax("GET", composer.dataset.doneUrl, { target: "#main", swap: "outerHTML", push: "true" });
  if (kept && !inPage) toast(composer.texts.keptDraft);
}

export function discarded(composer, undoUrl) {
  const restore = async () => {
    if (undoUrl) await post(undoUrl);
    dock().prepend(composer);
    show(composer);
    composer.restored();
  };
  toast(composer.texts.discarded, { action: { text: composer.texts.undo, undoes: true, run: restore } });
}
