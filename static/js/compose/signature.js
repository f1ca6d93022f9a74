// The signature goes with the sender: when another is chosen it is changed, unless the writer has changed it.

const words = (node) => node.textContent.replace(/\s+/gu, " ").trim();
const pictures = (node) => node.querySelectorAll("img").length;
const same = (one, other) => words(one) === words(other) && pictures(one) === pictures(other);

function made(editor, html) {
  const block = document.createElement("div");
  block.append(editor.clean(html));
  return block.childNodes.length === 1 && block.firstChild.nodeName === "DIV" ? block.firstChild : block;
}

/** The block that is the signature; the editor may have unwrapped one of a single line. */
function find(root, wanted) {
  if (!wanted.hasChildNodes()) return null;
  const blocks = [...root.querySelectorAll("div, p")].filter((each) => !each.closest("blockquote, .gmail_quote"));
  return blocks.findLast((each) => same(each, wanted)) ?? null;
}

/** Where one goes that was not there: above the quote, else at the end. */
function place(root, block) {
  const quote = root.querySelector("blockquote[type=cite]");
  const above = quote && [...root.children].find((each) => each.contains(quote));
  if (above) above.before(block);
  else root.append(block);
}

function swap(editor, before, after) {
  const root = editor.root();
  const [old, block] = [find(root, made(editor, before)), made(editor, after)];
  if (before && !old) return;
  editor.change(() => {
    if (old && after) old.replaceWith(block);
    else if (old) old.remove();
    else if (after) place(root, block);
  });
}

/** Where the quote of a plain text begins, with the line above it that says whose it is. */
function quoteOf(text) {
  const found = /^(?:[^\n]+\n+)?>/mu.exec(text);
  return found ? found.index : text.length;
}

const APART = "\n\n-- \n";

/** The same in plain text: there it is found by its words, above the quote. */
function swapText(area, before, after) {
  const own = area.value.slice(0, quoteOf(area.value));
  const at = before ? own.lastIndexOf(before) : own.length;
  if (at < 0) return;
  if (before) {
    const from = !after && own.slice(0, at).endsWith(APART) ? at - APART.length : at;
    area.setRangeText(after, from, at + before.length, "preserve");
  } else if (after) {
    const text = own.length < area.value.length ? `${after}\n\n` : `${APART}${after}`;
    area.setRangeText(text, at, at, "preserve");
  }
}

export function signature(composer) {
  const from = composer.form.elements.from;
  if (!from?.selectedOptions) return;
  let shown = from.selectedOptions[0].dataset;
  from.addEventListener("change", () => {
    const next = from.selectedOptions[0].dataset;
    if (next.signature !== shown.signature) {
      if (composer.plain.on) swapText(composer.plain.area, shown.signatureText, next.signatureText);
      else swap(composer.editor, shown.signature, next.signature);
    }
    shown = next;
    composer.draft.changed();
  });
}
