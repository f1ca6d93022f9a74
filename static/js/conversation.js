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

// On arrival the first message that is new stands in sight.
document.addEventListener("htmx:after:settle", () => {
  const first = page()?.querySelector(".message.is-unread.is-open:not(:first-child)");
  first?.scrollIntoView({ block: "start" });
});
