// The page of keys is drawn when it is shown.

async function draw() {
  const place = document.querySelector("#main [data-key-settings]:empty");
  if (place) (await import("./keys/settings.js")).draw(place);
}

document.addEventListener("htmx:after:settle", draw);
draw();
