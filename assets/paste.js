// What comes from the clipboard, made what a letter needs: words, lists, tables and emphasis, not another
// program's page. Works on an inert tree; what may be dangerous in it is the sanitiser's business, afterwards.

const LOOK = "data-look";
const KEPT = /^(color|background-color|font-weight|font-style|text-decoration(-line)?|text-align|vertical-align|border(-\w+)*)$/u;
// What is the usual anyway, and on a dark ground would be all that one can't read.
const USUAL = {
  color: /^(windowtext|black|#0{3}|#0{6}|rgb\(0, ?0, ?0\)|inherit|initial|auto)$/iu,
  "background-color": /^(white|#f{3}|#f{6}|rgb\(255, ?255, ?255\)|transparent|inherit|initial|rgba\(0, ?0, ?0, ?0\))$/iu,
  "font-weight": /^(normal|400|inherit)$/iu,
  "font-style": /^(normal|inherit)$/iu,
  "text-decoration": /^(none|inherit|initial)\b/iu,
  "text-decoration-line": /^(none|inherit|initial)$/iu,
  "text-align": /^(left|start|inherit)$/iu,
  "vertical-align": /^(baseline|inherit|initial)$/iu,
};
const LIST = /mso-list:\s*\S+\s+level(\d+)/iu;
const NUMBERED = /^\s*\(?[\da-z]{1,5}[.)]/iu;

/** The part that was copied, where the clipboard says so. */
function copied(html) {
  const [start, end] = [html.indexOf("<!--StartFragment"), html.lastIndexOf("<!--EndFragment")];
  return start >= 0 && end > start ? html.slice(html.indexOf(">", start) + 1, end) : html;
}

function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

function comments(root) {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

function keptLook(look) {
  const kept = [];
  for (const declaration of look.split(";")) {
    const [name, ...rest] = declaration.split(":");
    const [property, value] = [name.trim().toLowerCase(), rest.join(":").trim()];
    const shorthand = property === "background" && /^(#\w+|rgba?\([^)]*\)|[a-z]+)$/iu.test(value) ? "background-color" : property;
    if (!value || !KEPT.test(shorthand) || USUAL[shorthand]?.test(value)) continue;
    kept.push(`${shorthand}:${value}`);
  }
  return kept.join(";");
}

/** A paragraph of Word that is an entry of a list: its level, and whether it is numbered; its sign goes. */
function entryOf(paragraph) {
  const level = Number(LIST.exec(paragraph.getAttribute?.(LOOK) ?? "")?.[1] ?? 0);
  if (!level) return null;
  let sign = "";
  for (const span of paragraph.querySelectorAll(`[${LOOK}*="mso-list" i]`)) {
    if (!/mso-list:\s*ignore/iu.test(span.getAttribute(LOOK))) continue;
    sign ||= span.textContent;
    span.remove();
  }
  return { level, tag: NUMBERED.test(sign) ? "ol" : "ul" };
}

/** Entries in a row become lists, those of deeper levels within the entry above them. */
function listsOf(root) {
  const document = root.ownerDocument;
  let open = [];
  for (const paragraph of [...root.querySelectorAll("p, div")]) {
    const entry = entryOf(paragraph);
    if (!entry) {
      if (paragraph.textContent.trim()) open = [];
      continue;
    }
    open.length = Math.min(open.length, entry.level);
    while (open.length < entry.level) {
      const list = document.createElement(entry.tag);
      const above = open.at(-1)?.lastElementChild;
      if (above) above.append(list);
      else if (open.length) open.at(-1).append(list);
      else paragraph.before(list);
      open.push(list);
    }
    const item = document.createElement("li");
    item.append(...paragraph.childNodes);
    open.at(-1).append(item);
    paragraph.remove();
  }
}

function asDiv(paragraph) {
  const block = paragraph.ownerDocument.createElement("div");
  if (paragraph.hasAttribute(LOOK)) block.setAttribute(LOOK, paragraph.getAttribute(LOOK));
  block.append(...paragraph.childNodes);
  if (!block.textContent.trim() && !block.querySelector("img")) block.replaceChildren(paragraph.ownerDocument.createElement("br"));
  paragraph.replaceWith(block);
}

/** The page's policy looks at styles and handlers even of a tree that nobody shows: they go by other names. */
function lookApart(html) {
  const bare = html.replace(/<style\b[\s\S]*?<\/style\s*>/giu, "");
  const renamed = (tag) => tag.replace(/\sstyle(?=\s*=)/giu, ` ${LOOK}`).replace(/\son\w+(?=\s*=)/giu, " data-off");
  return bare.replace(/<[a-z][^>]*>/giu, renamed);
}

export function tidy(html) {
  const root = new DOMParser().parseFromString(lookApart(copied(html)), "text/html").body;
  for (const node of comments(root)) node.remove();
  for (const element of root.querySelectorAll("meta, link, title, style, script, xml, template")) element.remove();
  listsOf(root);
  for (const element of [...root.querySelectorAll("*")]) {
    // A browser's own writing of tags of other namespaces, as <o:p>; and what is bold in name only.
    const look = element.getAttribute(LOOK) ?? "";
    if (element.localName.includes(":") || (element.localName === "b" && /font-weight:\s*(normal|400)/iu.test(look))) unwrap(element);
    else if (element.localName === "img" && !/^(https?|data):/iu.test(element.getAttribute("src") ?? "")) element.remove();
    else if (look && keptLook(look)) element.setAttribute(LOOK, keptLook(look));
    else element.removeAttribute(LOOK);
  }
  for (const paragraph of root.querySelectorAll("p[class^=Mso]")) asDiv(paragraph);
  for (const span of [...root.querySelectorAll("span, font")]) if (!span.hasAttribute(LOOK)) unwrap(span);
  return root.innerHTML;
}
