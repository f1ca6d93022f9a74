// The page of an identity: its signature is written as letters are.

function upgrade() {
  if (document.querySelector("signature-editor")) import("./compose/signature-editor.js");
}

document.addEventListener("htmx:after:settle", upgrade);
upgrade();
