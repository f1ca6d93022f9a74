// The page of settings: each kept at once, found by its words, reached by its own address.
import { prefer } from "./lib/preferences.js";
import { word } from "./lib/words.js";

const SAID_FOR = 2500;
const page = () => document.querySelector("#main .settings");

// --- Kept at once
const read = (input) => (input.type === "checkbox" ? String(input.checked) : input.value);

function say(setting, { saved = "", wrong = "" }) {
  const note = setting.querySelector(".setting-saved");
  note.textContent = saved;
  setting.querySelector(".field-error").textContent = wrong;
  const control = document.getElementById(`${setting.id}-field`);
  if (wrong) control?.setAttribute("aria-invalid", "true");
  else control?.removeAttribute("aria-invalid");
  clearTimeout(note.timer);
  note.timer = setTimeout(() => (note.textContent = ""), SAID_FOR);
}

// What the server has is what a control falls back to.
function settle(setting, kept) {
  for (const input of setting.querySelectorAll("input, textarea")) {
    if (kept) [input.defaultChecked, input.defaultValue] = [input.checked, input.value];
    else [input.checked, input.value] = [input.defaultChecked, input.defaultValue];
  }
}

async function keep(input) {
  const setting = input.closest(".setting");
  try {
    const answer = await prefer(setting.id, read(input));
    settle(setting, true);
    say(setting, { saved: answer.text });
  } catch (error) {
    if (!error.answer?.text) settle(setting, false);
    say(setting, { wrong: error.answer?.text ?? word("failed") });
    return;
  }
  // Every word of the page is another now.
  if (setting.id === "language") {
    history.replaceState(history.state, "", "#language");
    location.reload();
  }
}

document.addEventListener("change", (event) => {
  if (event.target.closest?.("#main .settings .setting")) keep(event.target);
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("#main .settings-section")) event.preventDefault();
});

// --- Found by its words
function narrow(query) {
  const wanted = query.toLowerCase().split(/\s+/u).filter(Boolean);
  let found = 0;
  for (const setting of page().querySelectorAll(".setting")) {
    setting.hidden = !wanted.every((part) => setting.dataset.words.includes(part));
    if (!setting.hidden) found += 1;
  }
  const none = document.getElementById("settings-found");
  none.textContent = found ? "" : none.dataset.none;
}

document.addEventListener("input", (event) => {
  if (event.target.id === "settings-search") narrow(event.target.value);
});

// --- Reached by its own address
function reach() {
  const place = page() && location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  for (const other of page().querySelectorAll(".is-meant")) other.classList.remove("is-meant");
  place.classList.add("is-meant");
  place.scrollIntoView({ block: "center" });
}

// --- The browser's own zone stands where none was chosen
function detect() {
  const zone = document.getElementById("time_zone-field");
  if (zone) zone.placeholder = `${zone.placeholder.split(":")[0]}: ${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
}

/** Zones are found by what they are called in the page's language, too: "China Time", 中国时间. */
async function nameZones(list) {
  if ("named" in list.dataset) return;
  list.dataset.named = "";
  const [language, now] = [document.documentElement.lang, new Date()];
  for (const [at, option] of [...list.options].entries()) {
    // A few at a time: four hundred would hold up who types.
    if (at % 10 === 0) await new Promise((resolve) => setTimeout(resolve));
    const format = new Intl.DateTimeFormat(language, { timeZone: option.value, timeZoneName: "longGeneric" });
    const name = format.formatToParts(now).find((part) => part.type === "timeZoneName").value;
    option.label += ` · ${name}`;
  }
}

document.addEventListener("focusin", (event) => {
  if (event.target.id === "time_zone-field") nameZones(event.target.list);
});

function arrive() {
  if (!page()) return;
  detect();
  reach();
}

addEventListener("hashchange", reach);
document.addEventListener("htmx:after:settle", arrive);
arrive();
