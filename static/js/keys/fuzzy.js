// How well a text answers what was typed: each word of it as a piece of the text, else its letters in their order.

const isStart = (text, at) => at === 0 || /[\s/.,:@<(_-]/.test(text[at - 1]);

/** Letters in order from the beginning of a word on; 0 when one is missing. */
function scattered(word, text) {
  let points = 0;
  let last = -1;
  for (const letter of word) {
    const at = text.indexOf(letter, last + 1);
    if (at < 0 || (last < 0 && !isStart(text, at))) return 0;
    points += at === last + 1 ? 3 : isStart(text, at) ? 4 : 1;
    last = at;
  }
  return points / (1 + text.length / 40);
}

function piece(word, text) {
  const at = text.indexOf(word);
  if (at < 0) return word.length > 1 && /^[\x21-\x7e]+$/.test(word) ? scattered(word, text) : 0;
  return 50 + word.length * 5 + (isStart(text, at) ? 30 : 0) + (at === 0 ? 10 : 0) - Math.min(text.length, 80) / 8;
}

/** 0 when it doesn't fit; the higher the better. Both are lower case. */
export function score(query, text) {
  let sum = 0;
  for (const word of query.split(/\s+/).filter(Boolean)) {
    const points = piece(word, text);
    if (!points) return 0;
    sum += points;
  }
  return sum;
}
