// The conversation page: what is new in it stands in sight, actions that stay on the page, print.

const page = () => document.querySelector("#main .conversation");

document.addEventListener("click", (event) => {
  const stay = event.target.closest?.("#conversation-toolbar [data-stay]");
  if (stay) stay.form.elements.next.value = location.pathname + location.search;
  if (event.target.closest?.("[data-print]")) {
    event.target.closest("[popover]")?.hidePopover();
    window.print();
  }
});

// On arrival the first message that is new stands in sight; the subject stays so, too, where there is room for both.
document.addEventListener("htmx:after:settle", () => {
  const first = page()?.querySelector(".message.is-unread.is-open:not(:first-child)");
  const scroller = first?.closest(".scroll");
  if (first && first.offsetTop - scroller.offsetTop > scroller.clientHeight / 2) first.scrollIntoView({ block: "start" });
});
