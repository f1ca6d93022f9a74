// Pages that tell what was chosen are drawn anew after an act: data-redraw; "live" says after every change.

function redraw() {
  htmx.ajax("GET", location.pathname + location.search, { target: "#main", swap: "outerMorph", push: "false" });
}

document.addEventListener("postillion:acted", () => {
  if (document.querySelector("#main [data-redraw]")) redraw();
});

document.addEventListener("postillion:changed", () => {
  if (document.querySelector("#main [data-redraw=live]")) redraw();
});
