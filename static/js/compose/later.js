// Beside Send: inputs for a time, where Enter must not mean Send; and a word about what else is asked for.

export function later(composer) {
  const pick = composer.querySelector("[data-send-pick]");
  pick.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.matches("button")) return;
    event.preventDefault();
    pick.querySelector("button").click();
  });
  const { remind, tls } = composer.form.elements;
  const note = composer.querySelector("[data-send-note]");
  const show = () => {
    const days = remind.value && composer.texts.reminds.replace("{days}", remind.selectedOptions[0].text);
    note.textContent = [tls.value && tls.selectedOptions[0].text, days].filter(Boolean).join(" · ");
    note.hidden = !note.textContent;
  };
  remind.addEventListener("change", show);
  tls.addEventListener("change", () => {
    show();
    composer.draft.changed();
  });
  show();
}
