// Addresses as people type and paste them; the server has the last word on what is valid.

const ADDRESS = /^[^\s@<>",;]+@[^\s@<>",;]+$/u;

// Splits at commas, semicolons and line ends that stand outside quotes and angle brackets.
export function split(text) {
  const pieces = [];
  let piece = "";
  let quoted = false;
  let angle = false;
  for (const letter of text) {
    if (letter === '"') quoted = !quoted;
    else if (letter === "<") angle = true;
    else if (letter === ">") angle = false;
    if (!quoted && !angle && /[,;\n，；]/u.test(letter)) {
      pieces.push(piece);
      piece = "";
    } else piece += letter;
  }
  return [...pieces, piece].map((each) => each.trim()).filter(Boolean);
}

export function parse(text) {
  const match = /^(.*)<([^<>]+)>$/u.exec(text);
  const spec = (match ? match[2] : text).trim();
  const name = match ? match[1].trim().replace(/^"(.*)"$/u, "$1").replaceAll('\\"', '"') : "";
  return { name, spec, valid: ADDRESS.test(spec) };
}

export function format({ name, spec }) {
  return name ? `"${name.replaceAll("\\", "").replaceAll('"', '\\"')}" <${spec}>` : spec;
}
