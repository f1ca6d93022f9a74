// Pages that tell what was chosen are drawn anew after an act: data-redraw. "live" says after every change,
// "dialog" only after what a dialog did, or Undo: the other acts of a conversation show by themselves.
import { redraw as redrawPane } from "./reader.js";

function redraw(place) {
  if (place.closest("#pane")) redrawPane();
  else htmx.ajax("GET", location.pathname + location.search, { target: "#main", swap: "outerMorph", push: "false" });
}

document.addEventListener("postillion:acted", ({ detail: { verb } }) => {
  const place = document.querySelector("#main [data-redraw]");
  if (place && (place.dataset.redraw !== "dialog" || verb === "dialog" || verb === "undo")) redraw(place);
});

document.addEventListener("postillion:changed", () => {
  const place = document.querySelector("#main [data-redraw=live]");
  if (place) redraw(place);
});
