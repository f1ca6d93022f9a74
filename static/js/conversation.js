// The conversation page: forms that stay on it.

document.addEventListener("click", (event) => {
  const stay = event.target.closest?.("#conversation-toolbar [data-stay]");
  if (stay) stay.form.elements.next.value = location.pathname + location.search;
});
