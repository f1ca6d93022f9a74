// Places and labels as the sidebar holds them: the one source for menus, dragging and chips.

const RECENT = 5;

/** For comparing what is typed: without case, accents, or the widths of letters. */
export const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function* below(list, above) {
  for (const line of list?.children ?? []) {
    const link = line.querySelector(":scope > .nav-item");
    const path = above + link.querySelector(".nav-name").textContent;
    const color = /color-(\w+)/.exec(line.className)?.[1] ?? "grey";
    yield { id: link.dataset.slug.slice("label-".length), path, color, link, line };
    yield* below(line.querySelector(":scope > ul"), `${path}/`);
  }
}

/** All labels in the order of the sidebar: { id, path, color, link, line }. */
export const labels = () => [...below(document.getElementById("nav-labels"), "")];

/** Places that mail can be moved to: { role, path, icon }. */
export function places() {
  const targets = ["inbox", "archive", "junk", "trash"];
  return targets.flatMap((role) => {
    const link = document.querySelector(`#nav > [data-slug="${role}"]`);
    return link ? [{ role, path: link.querySelector(".nav-name").textContent, icon: link.querySelector(".icon") }] : [];
  });
}

const key = () => `labels:recent:${document.body.dataset.account}`;

/** Ids of labels used lately, the last one first. */
export function recent() {
  try {
    return JSON.parse(localStorage.getItem(key())) ?? [];
  } catch {
    return [];
  }
}

export function remember(ids) {
  const kept = [...new Set([...ids, ...recent()])].slice(0, RECENT);
  try {
    localStorage.setItem(key(), JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing.
  }
}
