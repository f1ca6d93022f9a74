// Completes a recipient from the contacts: a list box under the field, by arrow keys, Enter, Tab or a click.

let count = 0;

function option(person, id) {
  const row = document.createElement("li");
  row.role = "option";
  row.id = id;
  const name = document.createElement("span");
  name.className = "completion-name";
  name.textContent = person.name || person.address;
  row.append(name);
  if (person.group) row.classList.add("is-group");
  else if (person.name) {
    const address = document.createElement("span");
    address.className = "completion-address";
    address.textContent = person.address;
    row.append(address);
  }
  return row;
}

/** Whom a group stands for. */
export async function membersOf(group) {
  const response = await fetch(`/contacts/groups/${group}/members/`, { headers: { Accept: "application/json" } });
  return response.ok ? (await response.json()).people : [];
}

export function completion(input, url, onPick) {
  const list = document.createElement("ul");
  let people = [];
  let chosen = 0;
  let timer = 0;
  let latest = 0;
  const name = `completion-${(count += 1)}`;

  function hide() {
    people = [];
    list.hidden = true;
    input.ariaExpanded = "false";
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    chosen = (index + people.length) % people.length;
    [...list.children].forEach((row, place) => (row.ariaSelected = String(place === chosen)));
    input.setAttribute("aria-activedescendant", `${name}-${chosen}`);
  }

  function show(found) {
    people = found;
    if (!found.length) return hide();
    list.replaceChildren(...found.map((person, place) => option(person, `${name}-${place}`)));
    list.hidden = false;
    input.ariaExpanded = "true";
    return choose(0);
  }

  async function ask() {
    const turn = (latest += 1);
    const text = input.value.trim();
    if (!text) return hide();
    const response = await fetch(`${url}?groups=1&q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
    if (!response.ok || turn !== latest || document.activeElement !== input) return undefined;
    return show((await response.json()).people);
  }

  function pick(index) {
    const person = people[index];
    hide();
    latest += 1;
    onPick(person);
  }

  function key(event) {
    if (list.hidden || event.isComposing) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) choose(chosen + moves[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") pick(chosen);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  list.id = name;
  list.role = "listbox";
  list.className = "completion";
  list.hidden = true;
  input.after(list);
  input.role = "combobox";
  input.ariaAutoComplete = "list";
  input.ariaExpanded = "false";
  input.autocomplete = "off";
  input.setAttribute("aria-controls", name);
  // Before the line itself takes Enter for the end of what was typed.
  input.addEventListener("keydown", key, true);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("blur", hide);
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const row = event.target.closest("li");
    if (row) pick([...list.children].indexOf(row));
  });
}
