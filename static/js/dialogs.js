// Links and buttons with data-dialog open their page in a dialog; its form answers there until it succeeds.
// A form with data-act does something to mail: it is told in a toast, with Undo.
import { csrfToken } from "./lib/http.js";
import { follow } from "./lib/progress.js";
import { selected } from "./lib/rows.js";
import { toast } from "./lib/toast.js";
import { word } from "./lib/words.js";

const headers = () => ({ "HX-Request": "true", "HX-Current-URL": location.href });

function frame() {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  return dialog;
}

function fill(dialog, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  dialog.replaceChildren(...page.getElementById("main").childNodes);
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.querySelector("[autofocus]")?.focus();
}

/** Open a page, in the dialog that led there if one did. */
async function open(url, within) {
  document.documentElement.classList.add("is-loading");
  try {
    const response = await fetch(url, { headers: headers() });
    if (!response.ok) return;
    const dialog = within ?? frame();
    fill(dialog, await response.text());
    if (!dialog.open) dialog.showModal();
  } finally {
    document.documentElement.classList.remove("is-loading");
  }
}

async function submit(dialog, form, submitter) {
  const response = await fetch(submitter?.getAttribute("formaction") ?? form.action, {
    method: "POST",
    headers: headers(),
    body: new FormData(form, submitter),
  });
  if (response.status === 422) {
    fill(dialog, await response.text());
    return;
  }
  dialog.close();
  document.dispatchEvent(new CustomEvent("postillion:labels"));
  const next = response.headers.get("HX-Location");
  if (!next) return;
  const { path } = JSON.parse(next);
  const push = path === location.pathname + location.search ? "false" : "true";
  htmx.ajax("GET", path, { target: "#main", swap: "outerHTML", push });
}

const isJson = (response) => response.headers.get("Content-Type")?.startsWith("application/json");

async function act(dialog, form, submitter) {
  // Before the button is off: what is off is not sent.
  const body = new URLSearchParams(new FormData(form, submitter));
  submitter?.setAttribute("disabled", "");
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { ...headers(), Accept: "application/json", "X-CSRFToken": csrfToken() },
      body,
    });
    // The form again: refused, or with what was asked for first.
    if (response.status === 422 || (response.ok && !isJson(response))) {
      fill(dialog, await response.text());
      return;
    }
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    dialog.close();
    const answer = await follow(await response.json());
    toast(answer.text, { undo: answer.undo });
    document.dispatchEvent(new CustomEvent("postillion:acted", { detail: { verb: "dialog" } }));
  } catch {
    submitter?.removeAttribute("disabled");
    toast(word("failed"), { bad: true });
  }
}

/** Where a link leads, or a button for the rows that are chosen. */
function address(element) {
  if (element.href) return element.href;
  const { in: place, of } = element.form.elements;
  const asked = new URLSearchParams({ in: place.value, of: of.value });
  asked.set("ids", selected().map((row) => row.dataset.id).join(","));
  return `${element.formAction}?${asked}`;
}

document.addEventListener(
  "click",
  (event) => {
    if (event.target.closest("dialog [data-close]")) event.target.closest("dialog").close();
    const opener = event.target.closest("[data-dialog]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    opener.closest("[popover]")?.hidePopover();
    open(address(opener), opener.closest("dialog.dialog"));
  },
  true,
);

document.addEventListener(
  "submit",
  (event) => {
    const dialog = event.target.closest("dialog.dialog:not(.shortcuts)");
    if (!dialog || event.target.method === "dialog") return;
    event.preventDefault();
    event.stopPropagation();
    const send = "act" in event.target.dataset ? act : submit;
    send(dialog, event.target, event.submitter);
  },
  true,
);
