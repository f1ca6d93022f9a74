// Files looked at over the conversation: a[data-view] opens its page in an overlay; arrows step, Escape closes.

const headers = { "HX-Request": "true" };
let lightbox = null;
let asked = 0;

function make() {
  const dialog = document.createElement("dialog");
  dialog.className = "lightbox";
  dialog.setAttribute("aria-labelledby", "viewer-name");
  dialog.addEventListener("close", () => {
    // What is still on its way must not open it again, and a film or a sound must not go on.
    asked += 1;
    dialog.remove();
    lightbox = null;
    // A browser's PDF viewer takes the focus of the window with it.
    window.focus();
  });
  document.body.append(dialog);
  return dialog;
}

async function show(url) {
  const turn = ++asked;
  const response = await fetch(url, { headers });
  if (turn !== asked) return;
  const page = response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  const viewer = page?.querySelector("#main .viewer");
  if (!viewer) {
    location.assign(url);
    return;
  }
  lightbox ??= make();
  const focused = document.activeElement?.closest?.(".viewer-step")?.rel;
  lightbox.replaceChildren(viewer);
  if (!lightbox.open) lightbox.showModal();
  const again = focused && lightbox.querySelector(`.viewer-step[rel="${focused}"]`);
  (again ?? lightbox.querySelector("[data-close-viewer]")).focus();
}

function step(rel) {
  const link = lightbox.querySelector(`.viewer-step[rel="${rel}"]`);
  if (link) show(link.href);
}

const plain = (event) => !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a[data-view], .lightbox .viewer-step");
    if (link && plain(event)) {
      event.preventDefault();
      event.stopPropagation();
      show(link.href);
    } else if (lightbox && event.target.closest?.("[data-close-viewer]")) {
      lightbox.close();
    } else if (lightbox && event.target.matches?.(".lightbox .viewer-body, .lightbox .viewer")) {
      lightbox.close();
    }
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (!lightbox?.open || event.ctrlKey || event.metaKey || event.altKey) return;
  // A player has its own use for the arrows, and a long text scrolls by them.
  if (event.target.closest?.("audio, video")) return;
  if (event.key === "ArrowLeft") step("prev");
  if (event.key === "ArrowRight") step("next");
});

// A picture that is none: its icon stands there instead. It may have failed before this module came.
const giveUp = (picture) => picture.parentElement.classList.add("is-broken");

document.addEventListener(
  "error",
  (event) => {
    if (event.target.matches?.("img[data-thumb]")) giveUp(event.target);
  },
  true,
);

for (const picture of document.querySelectorAll("img[data-thumb]")) {
  if (picture.complete && !picture.naturalWidth && picture.currentSrc) giveUp(picture);
}
