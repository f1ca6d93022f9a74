// What the palette offers: actions that can be done now, places, labels, searches, pages. All of it stands on the page.
import { everything } from "../lib/everything.js";
import { get } from "../lib/http.js";
import { labels, places as movable } from "../lib/labels.js";
import { recent } from "../lib/recent-searches.js";
import { form } from "../lib/rows.js";
import { apply, moveTo } from "../picker/acts.js";
import { element, icon } from "./elements.js";
import { keyOf } from "./keymap.js";
import { meant } from "./list.js";
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

const signOf = (line) => () => line.querySelector(".icon")?.cloneNode(true) ?? icon("right");
const dotOf = ({ color }) => () => element("span", { classes: `dot color-${color}` });

export function places(wanted = "") {
  const known = new Map(labels().map((label) => [label.link, label]));
  const items = [...document.querySelectorAll(`#nav .nav-item[data-slug${wanted && `^="${wanted}"`}]`)];
  return items.map((item) => {
    const action = named(`go-${item.dataset.slug}`);
    const label = known.get(item);
    const text = say("go", label?.path ?? item.querySelector(".nav-name").textContent);
    const sign = label ? dotOf(label) : signOf(item);
    return { text, key: action ? keyOf(action) : "", sign, run: () => item.click() };
  });
}

/** Labels to give and places to move to, for the rows that are meant or for what is open. */
function targets(scopes) {
  const scope = scopes.find((each) => named("label")[each]?.());
  if (!scope) return [];
  const rows = scope === "list" ? meant() : null;
  const whole = Boolean(rows) && everything(form());
  const toLabel = labels().map((label) => ({ fields: { id: label.id }, path: label.path, sign: dotOf(label) }));
  const toPlace = movable().map(({ role, path, icon: sign }) => ({ fields: { role }, path, sign: () => sign.cloneNode(true) }));
  const give = ({ fields, path, sign }) => ({ text: say("labelAs", path), sign, run: () => apply(rows, [fields.id], [], whole) });
  const move = ({ fields, path, sign }) => ({ text: say("moveTo", path), sign, run: () => moveTo("move", rows, fields, whole) });
  return [...toLabel.map(give), ...toPlace.map(move), ...toLabel.map(move)];
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
export async function people(text, asking) {
  const { people: found } = await get(`${say("contacts")}?q=${encodeURIComponent(text)}`, asking);
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
