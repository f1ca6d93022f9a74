// What a careful friend would ask before a letter goes: no subject? nothing attached? really to all of them?

const QUOTE = "blockquote, [data-quote]";
const ATTACH = /\b(attach(ed|ing|ment|ments)?|enclosed)\b|附件|附上|随信|隨信|见附|見附/iu;
const MANY = 12; // recipients of an answer from which on it is asked
const WELL_KNOWN = "gmail.com googlemail.com outlook.com hotmail.com yahoo.com icloud.com protonmail.com foxmail.com aliyun.com".split(" ");
const SHORTEST = 8; // letters of a domain below which one letter more or less means nothing

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

/** Whether one letter is wrong, missing, too many, or two have changed places. */
function isOneOff(one, other) {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1 || short === long) return false;
  let at = 0;
  while (short[at] === long[at]) at += 1;
  const rest = (text, from) => text.slice(from);
  if (short.length < long.length) return rest(short, at) === rest(long, at + 1);
  const swapped = short[at] === long[at + 1] && short[at + 1] === long[at] && rest(short, at + 2) === rest(long, at + 2);
  return swapped || rest(short, at + 1) === rest(long, at + 1);
}

/** The domain that was meant, where an address has one that looks like it. */
export function lookalike(spec, ownDomain) {
  const domain = spec.split("@").at(-1).toLowerCase();
  const known = [ownDomain, ...WELL_KNOWN].filter((each) => each.length >= SHORTEST);
  return known.includes(domain) ? "" : (known.find((each) => isOneOff(domain, each)) ?? "");
}

/** The questions that a letter raises, in order, each with the words that it needs. */
export function* questions(letter) {
  if (!letter.subject) yield { name: "subject" };
  if (!letter.files && mentionsAttachment(letter)) yield { name: "attachment" };
  for (const spec of letter.recipients) {
    const meant = lookalike(spec, letter.ownDomain);
    if (meant) yield { name: "lookalike", words: { address: spec, meant } };
  }
  const { answers, list, recipients } = letter;
  if (answers && list && recipients.includes(list)) yield { name: "list", words: { list } };
  else if (answers && recipients.length >= MANY) yield { name: "everybody", words: { count: recipients.length } };
}
