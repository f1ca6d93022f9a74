// Beside Send: inputs for a time, where Enter must not mean Send; and a word about the reminder that is set.

export function later(composer) {
  const pick = composer.querySelector("[data-send-pick]");
  pick.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.matches("button")) return;
    event.preventDefault();
    pick.querySelector("button").click();
  });
  const [reminder, note] = [composer.form.elements.remind, composer.querySelector("[data-reminds]")];
  const show = () => {
    note.hidden = !reminder.value;
    note.textContent = reminder.value && composer.texts.reminds.replace("{days}", reminder.selectedOptions[0].text);
  };
  reminder.addEventListener("change", show);
  show();
}
