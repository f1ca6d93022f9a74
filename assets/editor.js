// The composer's editor: Squire over DOMPurify, behind the few names the composer needs.
import DOMPurify from "dompurify";
import Squire from "squire-rte";

// What may stand in a letter. Foreign ids and classes would meet the page's own style, so they go.
const LETTER = {
  FORBID_TAGS: ["style", "form", "input", "textarea", "select", "button", "svg", "math", "video", "audio", "dialog"],
  FORBID_ATTR: ["class", "id", "name", "tabindex", "contenteditable", "role", "background", "srcset"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

function clean(html) {
  const fragment = document.importNode(DOMPurify.sanitize(html, LETTER), true);
  // The page's policy ignores style attributes that come as markup, but not those that a script sets.
  for (const element of fragment.querySelectorAll("[style]")) {
    element.style.cssText = element.getAttribute("style");
  }
  return fragment;
}

const COMMANDS = {
  bold: { tag: "B", on: "bold", off: "removeBold" },
  italic: { tag: "I", on: "italic", off: "removeItalic" },
  underline: { tag: "U", on: "underline", off: "removeUnderline" },
  strike: { tag: "S", on: "strikethrough", off: "removeStrikethrough" },
  bullets: { tag: "UL", on: "makeUnorderedList", off: "removeList" },
  numbers: { tag: "OL", on: "makeOrderedList", off: "removeList" },
  quote: { tag: "BLOCKQUOTE", on: "increaseQuoteLevel", off: "decreaseQuoteLevel" },
};

export function createEditor(root, { onInput, onImages, onFormat }) {
  const squire = new Squire(root, { sanitizeToDOMFragment: clean });
  const active = (name) => squire.hasFormat(COMMANDS[name].tag);
  squire.addEventListener("input", onInput);
  squire.addEventListener("pathChange", onFormat);
  squire.addEventListener("select", onFormat);
  squire.addEventListener("pasteImage", (event) => onImages([...event.detail.clipboardData.files]));
  return {
    active,
    focus: () => squire.focus(),
    toStart: () => squire.moveCursorToStart(),
    getHTML: () => squire.getHTML(),
    setHTML: (html) => squire.setHTML(html),
    selectedText: () => squire.getSelectedText(),
    link: (url) => squire.makeLink(url, { rel: "noopener" }),
    unlink: () => squire.removeLink(),
    linked: () => squire.hasFormat("A"),
    picture: (src, alt) => squire.insertImage(src, { alt }),
    clear: () => squire.removeAllFormatting(),
    key: (name, handler) => squire.setKeyHandler(name, handler),
    run(name) {
      squire[active(name) ? COMMANDS[name].off : COMMANDS[name].on]();
      squire.focus();
    },
    destroy: () => squire.destroy(),
  };
}
