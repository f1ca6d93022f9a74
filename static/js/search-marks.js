// In a message that was found: the words that were looked for, marked without touching the page.

const OPERATOR = /^-|^(?:in|is|has|label|before|after|older|newer|older_than|newer_than|larger|smaller|size|rfc822msgid|status|remote|filename|list|deliveredto):/i;
const WORD = /-?(?:\w+[:：])?["“][^"“”]*["”]?|[^\s(){}]+/g;

function words(query) {
  return (query.match(WORD) ?? [])
    .filter((word) => !OPERATOR.test(word) && !["OR", "AND", "NOT"].includes(word))
    .map((word) => word.replace(/^\w+[:：]/, "").replace(/["“”]/g, "").replace(/\*$/, "").trim().toLowerCase())
    .filter(Boolean);
}

function* hits(node, wanted) {
  const text = node.data.toLowerCase();
  for (const word of wanted) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + word.length);
      yield range;
    }
  }
}

function mark() {
  if (!globalThis.CSS?.highlights) return;
  CSS.highlights.delete("search");
  const query = new URLSearchParams(location.search).get("q");
  const page = document.querySelector("#main .conversation");
  if (!query || !page) return;
  const wanted = words(query);
  const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    if (walker.currentNode.data.length === walker.currentNode.data.toLowerCase().length) {
      found.push(...hits(walker.currentNode, wanted));
    }
  }
  if (found.length) CSS.highlights.set("search", new Highlight(...found));
}

document.addEventListener("htmx:after:settle", mark);
mark();
