// Pulling the list down at its top loads it anew.

const FAR = 90;
let from = null;
let mark = null;

const scroller = () => document.getElementById("list-scroll");

function draw(distance) {
  if (!mark) {
    mark = document.createElement("div");
    mark.className = "pull-mark";
    mark.ariaHidden = "true";
    mark.append(document.querySelector("#refresh .icon").cloneNode(true));
    scroller().parentElement.append(mark);
  }
  mark.style.setProperty("--pull", String(Math.min(1, distance / FAR)));
  mark.classList.toggle("is-far", distance > FAR);
}

function settle() {
  mark?.remove();
  mark = null;
  from = null;
}

document.addEventListener(
  "touchstart",
  (event) => {
    const list = scroller();
    const top = list?.contains(event.target) && list.scrollTop <= 0 && event.touches.length === 1;
    from = top ? [event.touches[0].clientX, event.touches[0].clientY] : null;
  },
  { passive: true },
);
document.addEventListener(
  "touchmove",
  (event) => {
    if (!from) return;
    const [dx, dy] = [event.touches[0].clientX - from[0], event.touches[0].clientY - from[1]];
    if (scroller()?.scrollTop > 0 || dy < 0 || (!mark && Math.abs(dx) > dy)) settle();
    else if (dy > 20) draw(dy - 20);
  },
  { passive: true },
);
document.addEventListener("touchend", () => {
  const far = mark?.classList.contains("is-far");
  settle();
  if (far) document.getElementById("refresh")?.click();
});
document.addEventListener("touchcancel", settle);
document.addEventListener("postillion:swipe", settle);
