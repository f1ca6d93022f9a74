// A file of mail is sent up in pieces: one that is lost is sent again, and no size is too large for a request.
import { uploadInPieces } from "./lib/upload.js";

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
    const folder = form.elements.folder.value;
    let problem = "";
    button.disabled = true;
    bar.hidden = false;
    told.textContent = "";
    try {
      await uploadInPieces(form.action, file, { folder }, (part) => (bar.value = part));
    } catch (error) {
      problem = error.answer?.error ?? form.dataset.failed;
    }
    button.disabled = false;
    bar.hidden = true;
    told.textContent = problem;
    if (!problem) htmx.ajax("GET", location.pathname, { target: "#main", swap: "outerHTML", push: "false" });
  },
  true,
);
