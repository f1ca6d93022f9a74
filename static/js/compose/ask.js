// Calm questions in the page, by the composer's own <dialog> templates. Esc is "no".

export function open(template, words = {}) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  for (const place of dialog.querySelectorAll("[data-fill]")) {
    place.textContent = place.textContent.replace(/\{(\w+)\}/gu, (_whole, name) => words[name] ?? "");
  }
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function answered(dialog) {
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const value = dialog.querySelector("input")?.value.trim() ?? "";
      const yes = dialog.returnValue === "yes";
      dialog.remove();
      resolve(yes ? value || true : false);
    });
  });
}

export function confirm(template, words) {
  return answered(open(template, words));
}

/** Where a link leads, as a browser writes it; "" when it is not to be. */
export async function askLink(template, selected) {
  const typed = /^https?:|^mailto:|^www\./iu.test(selected) ? selected : "";
  const url = await askFor(template, typed);
  if (!url || url === true) return "";
  if (/^(https?|mailto|tel):/iu.test(url)) return url;
  return url.includes("@") ? `mailto:${url}` : `https://${url}`;
}

export function askFor(template, value) {
  const dialog = open(template);
  const input = dialog.querySelector("input");
  input.value = value;
  input.select();
  // Enter would press the first button, which is "no".
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    input.form.requestSubmit(dialog.querySelector("[value=yes]"));
  });
  return answered(dialog);
}
