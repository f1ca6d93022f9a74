// Where a link of a letter leads, told in a line of the page itself, which no letter can draw over or imitate.

const LONGEST = 160;
const status = document.createElement("div");
status.className = "link-status";
status.hidden = true;
status.setAttribute("aria-hidden", "true");

function pieces(link) {
  if (link.protocol === "mailto:") return ["", decodeURIComponent(link.pathname), ""];
  // The host as browsers spell it: in punycode, so that no letter passes for another.
  const rest = `${link.pathname}${link.search}${link.hash}`;
  return [`${link.protocol}//`, link.host, rest.length > LONGEST ? `${rest.slice(0, LONGEST)}…` : rest];
}

function show(link) {
  const [before, host, after] = pieces(link);
  const name = document.createElement("b");
  name.textContent = host;
  status.replaceChildren(before, name, after);
  if (!status.isConnected) document.body.append(status);
  status.hidden = false;
}

function hide() {
  status.hidden = true;
}

function watch(place) {
  const update = ({ target }) => {
    const focused = place.activeElement?.closest?.("a[href]:focus-visible");
    const link = target.closest?.("a[href]") ?? focused;
    if (link) show(link);
    else hide();
  };
  for (const type of ["mouseover", "focusin", "contextmenu", "mouseleave", "touchend"]) place.addEventListener(type, update);
  place.addEventListener("focusout", hide);
}

document.addEventListener("postillion:letter", ({ detail: { page } }) => watch(page));

for (const begin of ["mouseover", "focusin"]) {
  document.addEventListener(begin, ({ target }) => {
    const link = target.closest?.(".letter-text a[href]");
    if (link) show(link);
    else hide();
  });
}
