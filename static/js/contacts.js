// Lists of contacts: "Select all", Shift for a range; and forms of lines that grow where the last one is filled.

const boxes = (form) => [...form.querySelectorAll(".contacts-check input")];
let last = null;

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-contacts] .contacts-check input");
  if (!box) return;
  const all = boxes(box.form);
  if (event.shiftKey && last?.form === box.form) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
    for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  }
  last = box;
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-contacts]");
  if (!form) return;
  const all = form.querySelector("[data-all]");
  if (event.target === all) for (const box of boxes(form)) box.checked = all.checked;
  const chosen = boxes(form).filter((box) => box.checked).length;
  all.checked = chosen === boxes(form).length;
  all.indeterminate = chosen > 0 && !all.checked;
});

document.addEventListener("input", (event) => {
  const line = event.target.closest?.("[data-lines] [data-line]");
  if (!line || !line.querySelector("input").value || line.nextElementSibling?.matches("[data-line]")) return;
  const next = line.cloneNode(true);
  next.querySelector("input").value = "";
  line.after(next);
});
