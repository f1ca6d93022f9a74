// Elements of what keys/ draws: the help, the palette, the page of keys.

export function element(tag, { text = "", classes = "", ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  if (classes) made.className = classes;
  made.append(...(text ? [text] : []), ...children);
  return made;
}

export function icon(name) {
  const svg = document.querySelector("#search-form .icon").cloneNode(true);
  const use = svg.querySelector("use");
  use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${name}`);
  return svg;
}

/** A dialog that is gone once it is closed. */
export function dialog(classes, label, ...children) {
  const made = element("dialog", { classes: `dialog ${classes}`, ariaLabel: label }, ...children);
  made.addEventListener("close", () => made.remove());
  document.body.append(made);
  made.showModal();
  return made;
}
