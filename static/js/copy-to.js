// A menu that moves copies instead, when asked to, until it is closed.

function turn(menu, from, to) {
  for (const item of menu.querySelectorAll("[formaction]")) item.formAction = item.formAction.replace(`/${from}/`, `/${to}/`);
  const title = menu.querySelector(".menu-title");
  [title.textContent, title.dataset.other] = [title.dataset.other, title.textContent];
  // Nobody wants a copy of what is thrown away.
  for (const item of menu.querySelectorAll("[data-copy-to], [data-bin]")) item.hidden = to === "copy";
}

document.addEventListener("click", ({ target }) => {
  const menu = target.closest?.("[data-copy-to]")?.closest(".menu");
  if (!menu) return;
  turn(menu, "move", "copy");
  menu.querySelector(".menu-item:not([hidden])").focus();
});

document.addEventListener(
  "toggle",
  ({ target, newState }) => {
    if (newState === "closed" && target.querySelector?.("[data-copy-to][hidden]")) turn(target, "copy", "move");
  },
  true,
);
