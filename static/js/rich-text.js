// Formatted texts outside of letters, as signatures: the editor is loaded where one is.

function upgrade() {
  if (document.querySelector("rich-text")) import("./compose/rich-text.js");
}

document.addEventListener("htmx:after:settle", upgrade);
upgrade();
