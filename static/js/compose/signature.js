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

export function signature(composer) {
  const from = composer.form.elements.from;
  if (!from?.selectedOptions) return;
  let shown = from.selectedOptions[0].dataset.signature;
  from.addEventListener("change", () => {
    const next = from.selectedOptions[0].dataset.signature;
    if (next !== shown) swap(composer.editor, shown, next);
    shown = next;
    composer.draft.changed();
  });
}
