// What a careful friend would ask before a letter goes: no subject? nothing attached? really to all of them?

const QUOTE = "blockquote, [data-quote]";
const ATTACH = /\b(attach(ed|ing|ment|ments)?|enclosed)\b|附件|附上|随信|隨信|见附|見附/iu;
const MANY = 12; // recipients of an answer from which on it is asked

export function ownWords(html) {
  const inert = new DOMParser().parseFromString(html.replace(/\sstyle="[^"]*"/gu, ""), "text/html");
  for (const quote of inert.querySelectorAll(QUOTE)) quote.remove();
  return inert.body.textContent;
}

const unquoted = (text) => text.split("\n").filter((line) => !line.startsWith(">")).join("\n");

function mentionsAttachment({ html, text, subject }) {
  const words = text === null ? ownWords(html) : unquoted(text);
  return ATTACH.test(words) || ATTACH.test(subject.replace(/^((re|fwd?|回复|转发)\s*[:：]\s*)+/iu, ""));
}

/** The questions that a letter raises, in order, each with the words that it needs. */
export function* questions(letter) {
  if (!letter.subject) yield { name: "subject" };
  if (!letter.files && mentionsAttachment(letter)) yield { name: "attachment" };
  for (const { address, meant } of letter.slips) yield { name: "lookalike", words: { address, meant } };
  const { answers, list, recipients } = letter;
  if (answers && list && recipients.includes(list)) yield { name: "list", words: { list } };
  else if (answers && recipients.length >= MANY) yield { name: "everybody", words: { count: recipients.length } };
}
