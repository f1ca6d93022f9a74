// The open drawer is pushed away to its side. It isn't pulled out at the edge: there the browser's "back" lives.

const FAR = 70;
let from = null;

const sidebar = () => document.getElementById("sidebar");
const isOpen = () => document.body.dataset.drawer === "open";

function settle() {
  sidebar().style.removeProperty("translate");
  from = null;
}

document.addEventListener("pointerdown", (event) => {
  const inside = event.pointerType !== "mouse" && isOpen() && event.target.closest?.("#sidebar");
  from = inside ? [event.clientX, event.clientY] : null;
});
document.addEventListener("pointermove", (event) => {
  if (!from) return;
  const dx = event.clientX - from[0];
  if (Math.abs(event.clientY - from[1]) > Math.abs(dx) && dx > -20) return;
  sidebar().style.setProperty("translate", `${Math.min(0, dx)}px`);
});
document.addEventListener("pointerup", (event) => {
  if (!from) return;
  const far = event.clientX - from[0] < -FAR && Math.abs(event.clientY - from[1]) < FAR;
  settle();
  if (far) document.querySelector(".drawer-veil").click();
});
document.addEventListener("pointercancel", () => from && settle());
