// The formatting buttons of one composer: they run the editor's commands and show what is on.

export function toolbar(element, editor, { ask, onPicture }) {
  const buttons = [...element.querySelectorAll("[data-format]")];

  function show() {
    for (const button of buttons) button.ariaPressed = String(editor.active(button.dataset.format));
  }

  async function link() {
    if (editor.linked()) return editor.unlink();
    const url = await ask(editor.selectedText());
    editor.focus();
    return url && editor.link(url);
  }

  element.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault());
  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { format, action } = button.dataset;
    if (format) editor.run(format);
    else if (action === "link") link();
    else if (action === "picture") onPicture();
    else if (action === "clear") editor.clear();
    show();
  });
  return { show };
}
