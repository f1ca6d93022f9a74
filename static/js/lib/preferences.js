// A preference: kept by the server, one at a time, and shown at once where the page can.
import { post } from "./http.js";

const body = document.body;

const SHOWN = {
  theme: { get: () => document.documentElement.dataset.theme, set: (value) => (document.documentElement.dataset.theme = value) },
  density: { get: () => body.dataset.density, set: (value) => (body.dataset.density = value) },
  show_snippets: { get: () => body.dataset.snippets, set: (value) => (body.dataset.snippets = value) },
  keyboard_shortcuts: { get: () => body.dataset.keys, set: (value) => (body.dataset.keys = value) },
};

/** Keep `value` ("on" and "" for a switch); shows it at once, and no longer when the server refuses. */
export async function prefer(name, value) {
  const look = SHOWN[name];
  const before = look?.get();
  look?.set(value || "off");
  try {
    return await post(`/settings/${name}/`, { value });
  } catch (error) {
    look?.set(before);
    throw error;
  }
}
