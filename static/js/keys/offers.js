// What the palette offers: actions that can be done now, places, labels, searches, pages. All of it stands on the page.
import { get } from "../lib/http.js";
import { recent } from "../lib/recent-searches.js";
import { icon } from "./elements.js";
import { keyOf } from "./keymap.js";
import { use } from "./list.js";
import { named, wayOf } from "./registry.js";
import { groups, nameOf, say } from "./words.js";

// Places are offered as the sidebar has them.
const isOffered = ({ name }) => name !== "palette" && !name.startsWith("go-");

function actions(scopes) {
  const offered = groups().flatMap((group) => group.actions.filter(isOffered));
  return offered.flatMap((action) => {
    const run = wayOf(action, scopes);
    return run ? [{ text: nameOf(action), key: keyOf(action), sign: () => pictureOf(action), run }] : [];
  });
}

/** The icon of the control that does it, where there is one. */
function pictureOf({ key }) {
  const control = document.querySelector(`body > :not(dialog) [data-key~="${CSS.escape(key)}"] .icon`);
  return control?.cloneNode(true) ?? icon("right");
}

/** The sign that a line of the sidebar or of a menu has: an icon, or the dot of a label in its colour. */
const signOf = (line) => () => {
  const sign = line.querySelector(".icon, .dot")?.cloneNode(true) ?? icon("folder");
  if (sign.matches(".dot")) sign.classList.add(...[...line.classList].filter((name) => name.startsWith("color-")));
  return sign;
};

const isSaved = (slug) => slug.startsWith("saved-");
const called = (item) => (isSaved(item.dataset.slug) ? "" : item.title) || item.querySelector(".nav-name").textContent;

export function places(wanted = "") {
  const items = [...document.querySelectorAll("#nav .nav-item")].filter((item) => item.dataset.slug.startsWith(wanted));
  return items.map((item) => {
    const action = named(`go-${item.dataset.slug}`);
    return { text: say("go", called(item)), key: action ? keyOf(action) : "", sign: signOf(item), run: () => item.click() };
  });
}

/** Labels to give and places to move to, as the menus of the list or of the conversation have them. */
function targets(scopes) {
  const scope = scopes.find((each) => named("label")[each]?.());
  if (!scope) return [];
  const toolbar = document.querySelector(scope === "list" ? "#bulk .toolbar-some" : "#conversation-toolbar");
  return [...toolbar.querySelectorAll(".menu-item[name=mailbox]")].flatMap((item) => {
    const verb = /\/(label|move)\/$/.exec(item.formAction)?.[1];
    const text = verb && say(verb === "label" ? "labelAs" : "moveTo", item.dataset.name ?? item.textContent.trim());
    const run = () => (scope === "list" ? use(item) : item.click());
    return text ? [{ text, sign: signOf(item), run }] : [];
  });
}

export function search(text) {
  const box = document.getElementById("search-input");
  const run = () => {
    box.value = text;
    box.form.requestSubmit();
  };
  return { text: say("searchFor", text), sign: () => icon("search"), run };
}

function searches() {
  return recent(document.body.dataset.account).map((query) => ({ ...search(query), sign: () => icon("clock") }));
}

function pages() {
  const links = [...document.querySelectorAll("#account-menu .menu-item:not([data-do])")];
  const shown = links.map((link) => ({ text: link.textContent.trim(), sign: signOf(link), run: () => link.click() }));
  const keys = { path: say("keys"), target: "#main", swap: "outerHTML", push: "true" };
  return [...shown, { text: say("change"), sign: () => icon("keyboard"), run: () => htmx.ajax("GET", keys.path, keys) }];
}

export const offers = (scopes) => [...actions(scopes), ...places(), ...targets(scopes), ...pages(), ...searches()];

/** Who can be written to, by the beginning of a name or an address. */
export async function people(text) {
  const { people: found } = await get(`${say("contacts")}?q=${encodeURIComponent(text)}`);
  return found.map(({ name, address }) => ({
    text: say("writeTo", name || address),
    note: name ? address : "",
    sign: () => icon("user"),
    run: () => write(address),
  }));
}

function write(address) {
  const url = `${say("compose")}?to=${encodeURIComponent(address)}`;
  document.dispatchEvent(new CustomEvent("postillion:compose", { detail: { url } }));
}
