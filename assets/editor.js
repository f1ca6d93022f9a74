// The composer's editor: Squire over DOMPurify, behind the few names the composer needs.
import DOMPurify from "dompurify";
import Squire from "squire-rte";
import { tidy } from "./paste.js";
import { QuoteKeeper } from "./quote.js";

// A letter's own look would be refused by the page's policy wherever it comes as markup, but not what a script
// sets; so it waits under another name while nodes are made. Pictures of the web would be refused, too.
const LOOK = "data-look";
const REMOTE = "data-remote";
const EMPTY = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";

// What may stand in a letter. Foreign ids and classes would meet the page's own style, so they go.
const LETTER = {
  FORBID_TAGS: ["style", "form", "input", "textarea", "select", "button", "svg", "math", "video", "audio", "dialog"],
  FORBID_ATTR: ["class", "id", "name", "tabindex", "contenteditable", "role", "background", "srcset"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ADD_ATTR: [LOOK],
  ADD_URI_SAFE_ATTR: [LOOK],
  RETURN_DOM_FRAGMENT: true,
};

// A start tag as browsers write it.
const TAG = /<[a-z][^\s>]*(?:\s+[^\s"=>]+(?:="[^"]*")?)+\s*\/?>/giu;

function lookApart(html) {
  return html.replace(TAG, (tag) => tag.replace(/\sstyle="/giu, ` ${LOOK}="`));
}

function rename(node, from, to) {
  if (!node.hasAttribute?.(from)) return;
  node.setAttribute(to, node.getAttribute(from));
  node.removeAttribute(from);
}

DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  rename(node, "style", LOOK);
  if (node.nodeName !== "IMG" || !/^https?:/iu.test(node.getAttribute("src") ?? "")) return;
  rename(node, "src", REMOTE);
  node.setAttribute("src", EMPTY);
});

function shown(nodes) {
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes);
  for (const element of fragment.querySelectorAll(`[${LOOK}]`)) {
    element.style.cssText = element.getAttribute(LOOK);
    element.removeAttribute(LOOK);
  }
  return fragment;
}

function clean(html) {
  return shown([document.importNode(DOMPurify.sanitize(lookApart(html), LETTER), true)]);
}

// `html` in a document of its own, where nothing is loaded and no policy looks.
function inert(html) {
  return new DOMParser().parseFromString(html, "text/html").body;
}

// Each step of Undo holds all of the text: from this size on (bytes) only so many are kept.
const UNDO = { documentSizeThreshold: 100_000, undoLimit: 60 };

class Editor extends Squire {
  _getRawHTML() {
    this.quotes ??= new QuoteKeeper(this.getRoot());
    return this.quotes.write();
  }

  insertHTML(html, isPaste) {
    return super.insertHTML(isPaste ? tidy(html) : html, isPaste);
  }

  // Undo and redo write the text as it was: the look comes back with it.
  _setRawHTML(html) {
    const was = inert(lookApart(html));
    super._setRawHTML("");
    if (was.firstChild) this.getRoot().replaceChildren(shown([...document.importNode(was, true).childNodes]));
    this.quotes?.renew();
    return this;
  }
}

// What is saved and sent: pictures of the web by their address again.
function written(html) {
  const address = (tag) => tag.replace(/ src="[^"]*"/u, "").replace(` ${REMOTE}="`, ' src="');
  return html.replace(TAG, (tag) => (tag.includes(` ${REMOTE}="`) ? address(tag) : tag));
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
  const squire = new Editor(root, { sanitizeToDOMFragment: clean, undo: UNDO });
  const active = (name) => squire.hasFormat(COMMANDS[name].tag);
  squire.addEventListener("input", onInput);
  squire.addEventListener("pathChange", onFormat);
  squire.addEventListener("select", onFormat);
  squire.addEventListener("pasteImage", (event) => onImages([...event.detail.clipboardData.files]));
  return {
    active,
    focus: () => squire.focus(),
    toStart: () => squire.moveCursorToStart(),
    getHTML: () => written(squire.getHTML()),
    setHTML(html) {
      squire.setHTML(html);
      squire.quotes?.renew();
    },
    clean,
    root: () => squire.getRoot(),
    change(run) {
      squire.saveUndoState();
      squire.modifyDocument(run);
    },
    selectedText: () => squire.getSelectedText(),
    link: (url) => squire.makeLink(url, { rel: "noopener" }),
    unlink: () => squire.removeLink(),
    linked: () => squire.hasFormat("A"),
    insert: (html) => squire.insertHTML(html),
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
