// Files of a letter: chosen, dropped or pasted; sent up with their progress; counted against the limit first.
import { STOPPED, uploadAtOnce, uploadInPieces } from "../lib/upload.js";

const AT_ONCE = 1024 * 1024; // bytes: what is larger goes in pieces
const PICTURE = /^image\/(png|jpeg|gif|webp)$/u;

export class Attachments {
  constructor(form, { uploadUrl, limit, texts, onChange, onPicture }) {
    Object.assign(this, { form, uploadUrl, limit, texts, onChange, onPicture });
    this.list = form.querySelector("[data-attachments]");
    this.button = form.querySelector("[data-attach]");
    this.chooser = form.querySelector("input[type=file]");
    this.running = new Set();
    this.chooser.removeAttribute("name");
    this.chooser.addEventListener("change", () => this.chosen());
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (button) this.remove(button.closest("li"));
    });
    this.drops();
  }

  chosen() {
    this.attach([...this.chooser.files]);
    this.chooser.value = "";
  }

  // Dragging files over the window shows where to let go; pictures dropped on the text stand in the text.
  drops() {
    const files = (event) => event.dataTransfer?.types.includes("Files");
    const over = (on) => this.form.classList.toggle("is-drop-target", on);
    let depth = 0;
    this.form.addEventListener("dragenter", (event) => files(event) && over((depth += 1) > 0));
    this.form.addEventListener("dragleave", (event) => files(event) && over((depth -= 1) > 0));
    this.form.addEventListener("dragover", (event) => files(event) && event.preventDefault());
    const drop = (event) => {
      if (!files(event)) return;
      event.preventDefault();
      event.stopPropagation();
      over((depth = 0) > 0);
      this.take([...event.dataTransfer.files], Boolean(event.target.closest("[data-editor]")));
    };
    this.form.addEventListener("drop", drop, true);
  }

  take(files, inText) {
    const pictures = inText ? files.filter((file) => PICTURE.test(file.type)) : [];
    this.attach(files.filter((file) => !pictures.includes(file)));
    for (const picture of pictures) this.inline(picture);
  }

  get used() {
    return [...this.list.children].reduce((sum, item) => sum + Number(item.dataset.size || 0), 0);
  }

  get count() {
    return this.list.querySelectorAll("li:not([data-inline])").length;
  }

  fits(file) {
    if (this.used + file.size <= this.limit) return true;
    this.onChange("limit", file.name);
    return false;
  }

  attach(files) {
    for (const file of files) if (this.fits(file)) this.start(file);
  }

  async inline(file) {
    if (!this.fits(file)) return;
    const answer = await this.start(file, true);
    if (answer) this.onPicture(answer.inline_url, file.name);
  }

  async start(file, inline = false) {
    const item = this.item(file, inline);
    const bar = item.querySelector("progress");
    const sending = this.upload(file, (part) => (bar.value = part));
    item.cancel = sending.cancel;
    this.running.add(sending);
    try {
      const answer = await sending;
      this.finished(item, answer);
      return answer;
    } catch (error) {
      this.failed(item, error);
      return null;
    } finally {
      this.running.delete(sending);
    }
  }

  upload(file, onProgress) {
    if (file.size <= AT_ONCE) return uploadAtOnce(this.uploadUrl, file, onProgress);
    return uploadInPieces(`${this.uploadUrl}pieces/`, file, {}, onProgress);
  }

  item(file, inline) {
    const item = this.form.querySelector("template[data-attachment]").content.firstElementChild.cloneNode(true);
    item.dataset.size = file.size;
    item.toggleAttribute("data-inline", inline);
    item.querySelector("[data-name]").textContent = file.name;
    item.querySelector("[data-note]").textContent = readable(file.size);
    this.list.append(item);
    return item;
  }

  finished(item, answer) {
    item.querySelector("progress").remove();
    item.querySelector("input").value = answer.token;
    item.dataset.size = answer.size;
    item.querySelector("[data-name]").textContent = answer.name;
    this.onChange("added");
  }

  failed(item, error) {
    if (error.status === STOPPED) return;
    item.querySelector("progress").remove();
    item.classList.add("is-wrong");
    item.dataset.size = 0;
    item.querySelector("[data-note]").textContent = error.answer?.error ?? this.texts.uploadFailed;
  }

  remove(item) {
    item.cancel?.();
    item.remove();
    this.onChange("removed");
  }

  // After a save the draft itself holds the files: the server says under which token.
  renew(tokens) {
    for (const input of this.list.querySelectorAll("input[name=attachment]")) {
      input.value = tokens[input.value] ?? input.value;
    }
  }

  async settled() {
    while (this.running.size) await Promise.allSettled(this.running);
    return !this.list.querySelector(".is-wrong");
  }
}

// A file let go beside a window would open in place of the page, and of the letter.
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
}

export function readable(size) {
  const units = ["B", "KB", "MB"];
  let step = 0;
  let value = size;
  while (value >= 1024 && step < 2) {
    value /= 1024;
    step += 1;
  }
  return `${step && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[step]}`;
}
