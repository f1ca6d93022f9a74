// How the menu of labels looks: its box to type in, its lines, its foot.
import { word } from "../lib/words.js";

function element(name, classes, text = "") {
  const made = document.createElement(name);
  made.className = classes;
  made.textContent = text;
  return made;
}

export function rule() {
  const made = element("li", "picker-rule");
  made.role = "presentation";
  return made;
}

/** One line; `state` is "true", "false" or "mixed" where it can be ticked. */
export function line(item, at, state) {
  const row = element("li", `menu-item picker-line color-${item.color ?? "grey"}`);
  row.role = "option";
  row.id = `picker-${at}`;
  row.dataset.at = at;
  if (state) {
    row.ariaChecked = state;
    row.append(element("span", "picker-box"));
  }
  if (item.icon) row.append(item.icon.cloneNode(true));
  else if (!item.create) row.append(element("span", "dot"));
  const parent = item.create || item.role ? -1 : item.path.lastIndexOf("/");
  const text = item.create ? word("createLabel").replace("{}", item.path) : item.path.slice(parent + 1);
  row.append(element("span", "picker-name", text));
  if (parent > 0) row.append(element("span", "picker-above", item.path.slice(0, parent)));
  row.title = item.path;
  return row;
}

/** Build the menu once; it stays on the page. */
export function build({ input: typed, key, click, closed }) {
  const menu = element("div", "menu picker");
  menu.id = "picker";
  menu.popover = "auto";
  menu.role = "dialog";
  const head = element("p", "menu-title");
  const input = element("input", "input");
  Object.assign(input, { type: "search", autocomplete: "off", spellcheck: false, role: "combobox", ariaExpanded: "true" });
  input.setAttribute("aria-controls", "picker-list");
  const list = element("ul", "picker-list");
  Object.assign(list, { id: "picker-list", role: "listbox" });
  const none = element("p", "picker-none", word("noLabels"));
  const foot = element("div", "picker-foot");
  const manage = element("a", "button button-quiet button-s", word("manageLabels"));
  manage.href = "/labels/";
  const applies = element("button", "button button-primary button-s picker-apply", word("apply"));
  applies.type = "button";
  foot.append(manage, applies);
  menu.append(head, input, list, none, foot);
  document.body.append(menu);
  htmx.process(menu);
  input.addEventListener("input", typed);
  menu.addEventListener("keydown", key);
  menu.addEventListener("click", click);
  manage.addEventListener("click", () => menu.hidePopover());
  menu.addEventListener("toggle", (event) => event.newState === "closed" && closed());
  return {
    input,
    list,
    name(text, severally) {
      head.textContent = text;
      menu.ariaLabel = list.ariaLabel = text;
      input.ariaLabel = input.placeholder = word("findLabel");
      list.ariaMultiSelectable = String(severally);
    },
    empty: (is) => (none.hidden = !is),
    offerApply(is) {
      applies.hidden = !is;
      manage.hidden = is;
    },
    show(button) {
      // A button that a narrow toolbar put away has its double in the menu "More": open there.
      const seen = button.checkVisibility() ? button : button.form?.querySelector("[popovertarget$=more-menu]");
      menu.dataset.anchor = (seen ?? button).id;
      menu.showPopover();
      list.scrollTop = 0;
      if (!matchMedia("(pointer: coarse)").matches) input.focus();
    },
    close: () => menu.hidePopover(),
  };
}
