// A preference: kept by the server, one at a time, and shown at once where the page can.
import { post } from "./http.js";
import { reader } from "./reader.js";

const body = document.body;

// Where the page says how it looks, for the stylesheet and the scripts.
const SHOWN = {
  theme: [() => document.documentElement, "theme"],
  density: [() => body, "density"],
  show_snippets: [() => body, "snippets"],
  keyboard_shortcuts: [() => body, "keys"],
  reading_pane: [reader, "pane"],
  auto_advance: [() => body, "advance"],
};
const SWITCHED = { true: "on", false: "off" };

function show(name, value) {
  const [place, data] = SHOWN[name] ?? [];
  const element = place?.();
  const before = element?.dataset[data];
  if (element && value !== undefined) element.dataset[data] = value;
  document.dispatchEvent(new CustomEvent("postillion:display", { detail: { name, value } }));
  return before;
}

/** Keep `value` ("true" or "false" for a switch); shows it at once, and no longer when the server refuses. */
export async function prefer(name, value) {
  const before = show(name, SWITCHED[value] ?? value);
  try {
    return await post(`/settings/${name}/`, { value });
  } catch (error) {
    show(name, before);
    throw error;
  }
}
