// What scripts say, in the reader's language: templates/shell/words.html.
export function word(name) {
  return document.getElementById("words")?.dataset[name] ?? "";
}
