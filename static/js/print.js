// Paper is narrower than most screens, and always light: frames of letters are measured for it before they print.

const PAPER = "680px"; // what fits between the margins of A4 and of Letter

function frames() {
  return [...document.querySelectorAll("letter-frame.is-shown")].filter((letter) => letter.frame?.contentDocument);
}

let grounds = new Map();

window.addEventListener("beforeprint", () => {
  grounds = new Map();
  for (const letter of frames()) {
    const root = letter.frame.contentDocument.documentElement;
    grounds.set(root, root.dataset.ground);
    root.dataset.ground = "light";
    letter.frame.style.width = PAPER;
    letter.grow();
  }
});

window.addEventListener("afterprint", () => {
  for (const letter of frames()) {
    const root = letter.frame.contentDocument.documentElement;
    const before = grounds.get(root);
    if (before === undefined) delete root.dataset.ground;
    else root.dataset.ground = before;
    letter.frame.style.width = "";
    letter.grow();
  }
});
