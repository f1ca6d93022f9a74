// What a window says above its text, and the choices that it offers there.

export class Notice {
  constructor(element, choose) {
    this.element = element;
    element.addEventListener("click", (event) => {
      const { action, url } = event.target.closest("button")?.dataset ?? {};
      if (action) choose(action, url);
    });
  }

  say(text, choices = []) {
    this.element.hidden = !text;
    this.element.querySelector("[data-notice-text]").textContent = text;
    const buttons = choices.map((choice) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button button-s", textContent: choice.text });
      Object.assign(button.dataset, choice);
      return button;
    });
    this.element.querySelector("[data-notice-choices]").replaceChildren(...buttons);
  }
}
