// What a careful friend would ask before a letter goes: no subject? nothing attached?

const QUOTE = "blockquote, [data-quote]";
const ATTACH = /\b(attach(ed|ing|ment|ments)?|enclosed)\b|附件|附上|随信|隨信|见附|見附/iu;

export function ownWords(html) {
  const inert = new DOMParser().parseFromString(html.replace(/\sstyle="[^"]*"/gu, ""), "text/html");
  for (const quote of inert.querySelectorAll(QUOTE)) quote.remove();
  return inert.body.textContent;
}

export function mentionsAttachment(html, subject) {
  return ATTACH.test(ownWords(html)) || ATTACH.test(subject.replace(/^((re|fwd?|回复|转发)\s*[:：]\s*)+/iu, ""));
}
