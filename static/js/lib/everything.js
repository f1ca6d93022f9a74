// Whether a selection means all that the list holds, beyond what the page shows.

export const everything = (list) => list.dataset.everything === "on";

/** Offer it when the whole page is chosen; it ends with the first row that isn't. */
export function settleEverything(list, chosen) {
  if (!list.classList.contains("is-page-chosen")) delete list.dataset.everything;
  const words = list.querySelector(".everything-page [data-count]");
  if (words) words.textContent = words.dataset.count.replace("{}", chosen);
}
