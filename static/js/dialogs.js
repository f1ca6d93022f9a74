// Links with data-dialog open their page in a dialog; its form answers there until it succeeds.

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

async function open(url) {
  const response = await fetch(url, { headers: headers() });
  if (!response.ok) return;
  const dialog = frame();
  fill(dialog, await response.text());
  dialog.showModal();
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
  if (next) htmx.ajax("GET", JSON.parse(next).path, { target: "#main", swap: "outerHTML", push: "true" });
}

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    link.closest("[popover]")?.hidePopover();
    open(link.href);
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
    submit(dialog, event.target, event.submitter);
  },
  true,
);

