// In a message that was found: the words that were looked for, marked without touching the page.
import { opened } from "./lib/reader.js";

const MOST = 2000;
const SIGN = "[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}]";
const LETTER = `[[\\p{L}\\p{N}\\p{M}]--${SIGN}]`;

/** As views/search_marks.py: whole words that follow each other; Chinese may touch what stands beside it. */
function pattern(text) {
  const words = text.replace(/\*$/, "").split(" ");
  const isSign = (word) => new RegExp(`^${SIGN}$`, "v").test(word);
  const gap = (before, word) => (isSign(before) || isSign(word) ? "[^\\p{L}\\p{N}]*" : "[^\\p{L}\\p{N}]+");
  const run = words.map((word, at) => (at ? gap(words[at - 1], word) : "") + word).join("");
  const before = isSign(words[0]) ? "" : `(?<!${LETTER})`;
  const after = text.endsWith("*") || isSign(words.at(-1)) ? "" : `(?!${LETTER})`;
  return before + run + after;
}

const query = () => opened()?.dataset.marks;

/** Mark below `root`, in its own window: a letter's frame has one. */
function mark(root) {
  const view = root?.ownerDocument.defaultView;
  if (!view?.CSS?.highlights) return;
  view.CSS.highlights.delete("search");
  const words = query();
  if (!words) return;
  const wanted = new RegExp(words.split(",").map(pattern).join("|"), "giv");
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode() && found.length < MOST) {
    for (const hit of walker.currentNode.data.matchAll(wanted)) {
      const range = root.ownerDocument.createRange();
      range.setStart(walker.currentNode, hit.index);
      range.setEnd(walker.currentNode, hit.index + hit[0].length);
      found.push(range);
    }
  }
  if (found.length) view.CSS.highlights.set("search", new view.Highlight(...found));
}

const markPage = () => mark(opened());

document.addEventListener("htmx:after:settle", markPage);
document.addEventListener("postillion:letter", ({ detail }) => mark(detail.page.body));
markPage();
