// Letters being written over a page are part of its address, after the #: a reload or a copied address opens them again.
import "./compose.js";

const MARK = "#compose=";
const dock = document.getElementById("compose-dock");
const asked = new WeakMap();

/** How a composer is asked for: by its draft as soon as there is one, else as it was opened. */
function name(composer) {
  const draft = composer.querySelector("[name=draft]")?.value;
  return draft ? `draft=${draft}` : asked.get(composer) || "new";
}

function settle() {
  const wanted = dock.children.length ? MARK + [...dock.children].map(name).join(",") : "";
  if (!wanted && !location.hash.startsWith(MARK)) return;
  if (wanted !== location.hash) history.replaceState(history.state, "", location.pathname + location.search + wanted);
}

/** Open what the address names. */
function open() {
  if (!location.hash.startsWith(MARK)) return;
  for (const query of location.hash.slice(MARK.length).split(",").reverse()) {
    const url = query === "new" ? "/compose/" : `/compose/?${query}`;
    document.dispatchEvent(new CustomEvent("postillion:compose", { detail: { url } }));
  }
}

if (dock) {
  document.addEventListener("postillion:composer", ({ detail: { composer, url } }) => {
    asked.set(composer, new URL(url, location.href).search.slice(1));
  });
  document.addEventListener("postillion:draft", settle);
  document.addEventListener("htmx:after:history:update", settle);
  document.addEventListener("htmx:after:settle", settle);
  open();
  new MutationObserver(settle).observe(dock, { childList: true });
}
