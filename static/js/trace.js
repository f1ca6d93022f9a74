// The delivery trace: seconds counted down, the dialogue opened and closed.

class CountDown extends HTMLElement {
  static observedAttributes = ["until"];

  connectedCallback() {
    this.timer = setInterval(() => this.tick(), 1000);
    this.tick();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.tick();
  }

  tick() {
    const left = Math.max(0, Math.round((new Date(this.getAttribute("until")) - Date.now()) / 1000));
    const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    const two = (number) => String(number).padStart(2, "0");
    this.textContent = hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
  }
}

customElements.define("count-down", CountDown);

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-close-dialogue]")) event.target.closest(".dialogue").remove();
});

// A dialogue that opens below the fold comes into sight.
document.addEventListener("htmx:after:swap", (event) => {
  const place = event.detail.ctx?.target;
  if (place?.matches?.(".dialogue-place")) place.firstElementChild?.scrollIntoView({ block: "nearest" });
});
