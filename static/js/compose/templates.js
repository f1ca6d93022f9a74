// Texts that are kept: put into the letter from its menu, or made of the letter.
import { toast } from "../lib/toast.js";
import { askFor } from "./ask.js";
import { Refused, post } from "./http.js";

const listOf = (composer) => composer.querySelector("[data-templates]");

async function insert(composer, url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok || response.redirected) {
    composer.notice.say(composer.texts.unsaved);
    return;
  }
  const { subject, html } = await response.json();
  const { subject: field } = composer.form.elements;
  if (!field.value) field.value = subject;
  if (composer.plain.on) composer.plain.insert(html);
  else composer.editor.insert(html);
  composer.subjectChanged();
}

function add(composer, { name, url }) {
  const list = listOf(composer);
  const button = list.querySelector("template").content.firstElementChild.cloneNode(true);
  button.dataset.template = url;
  button.querySelector("span").textContent = name;
  list.append(button);
}

async function keep(composer) {
  const subject = composer.form.elements.subject.value.trim();
  const name = await askFor(composer.querySelector("template[data-ask=template]"), subject);
  if (!name || name === true) return;
  const data = new FormData();
  for (const [field, value] of Object.entries({ name, subject, ...composer.body() })) data.set(field, value);
  try {
    const answer = await post(composer.dataset.templateUrl, data);
    toast(answer.text);
    add(composer, answer);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    composer.notice.say(error.answer.error || composer.texts.unsaved);
  }
}

export function templates(composer) {
  composer.querySelector("[data-keep-template]").addEventListener("click", (event) => {
    event.target.closest("[popover]").hidePopover();
    keep(composer);
  });
  listOf(composer).addEventListener("click", (event) => {
    const button = event.target.closest("[data-template]");
    if (!button) return;
    button.closest("[popover]").hidePopover();
    insert(composer, button.dataset.template);
  });
}
