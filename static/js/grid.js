// The keys of a sheet, and of the times at which a group can meet. Arrows move over all tables, Home and End to the ends of
// a row. In a sheet D W H S 0 set a state. A menu has the other states: right click, the menu key, a long press, the arrow beside a cell. Help that is needed opens it always.

const KEYS = { d: "done", w: "working", h: "need_help", s: "skipped", 0: "not_started" };
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const menu = document.getElementById("cell-menu");
const CELLS = ".paths .cell, .slots input";
const cellOf = (node) => node.closest?.(CELLS);
const isVisible = (node) => node.checkVisibility();

// For screen readers a table with buttons is a grid: one stop of the Tab key, and keys that reach the page.
function prepare() {
  // What can be seen is asked of all tables before any is changed: the page is laid out once.
  const seen = new Map();
  for (const table of document.querySelectorAll(".paths:has(.cell), .slots")) {
    seen.set(table, [...table.querySelectorAll(CELLS)].filter(isVisible));
  }
  for (const [table, cells] of seen) {
    table.setAttribute("role", "grid");
    for (const row of table.rows) {
      row.setAttribute("role", "row");
      for (const each of row.cells) {
        const name = each.scope === "col" ? "columnheader" : each.scope.startsWith("row") ? "rowheader" : "gridcell";
        each.setAttribute("role", name);
      }
    }
    const stop = cells.find((each) => each === document.activeElement) ?? cells.find((each) => each.closest(".now")) ?? cells[0];
    for (const each of table.querySelectorAll(CELLS)) each.tabIndex = each === stop ? 0 : -1;
  }
}
prepare();
document.addEventListener("htmx:afterSettle", prepare);
document.addEventListener("focusin", ({ target }) => {
  const cell = cellOf(target);
  if (!cell) return;
  for (const each of cell.closest("table").querySelectorAll(CELLS)) each.tabIndex = each === cell ? 0 : -1;
});

// What is to be sent for a cell whose button says something else, by its id: it may wait for another change.
const wanted = new Map();
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const cell = detail.triggeringEvent?.submitter;
  if (!cell || !wanted.has(cell.id)) return;
  detail.parameters.mark = wanted.get(cell.id);
  wanted.delete(cell.id);
});

function set(cell, state) {
  const [enrolment, milestone] = (cell.value || cell.dataset.mark).split("-");
  const mark = `${enrolment}-${milestone}-${state}`;
  if (cell.matches("button")) {
    wanted.set(cell.id, mark);
    return cell.click();
  }
  // Help that is needed is a link, which has the menu: its mark is sent by a button of its own.
  const button = document.createElement("button");
  button.id = `${cell.id}-mark`;
  button.hidden = true;
  wanted.set(button.id, mark);
  const form = document.getElementById(cell.dataset.form);
  form.append(button);
  form.requestSubmit(button);
  button.remove();
}

function show(cell) {
  if (!menu || !cell) return;
  const needsHelp = cell.dataset.state === "need_help" && Boolean(cell.dataset.answer);
  menu.dataset.cell = cell.id;
  menu.querySelector("p").textContent = cell.title.replace(/, (?=[^,]*:)/, " · ").replace(/:[^:]*$/, "");
  for (const each of menu.querySelectorAll("[data-for=help]")) each.hidden = !needsHelp;
  for (const each of menu.querySelectorAll("[data-state]")) each.hidden = each.dataset.state === cell.dataset.state;
  const name = cell.closest("tr").querySelector("th a, th span");
  const history = menu.querySelector("[data-history]");
  history.href = name.href ?? "";
  history.hidden = !name.href;
  if (needsHelp) {
    menu.querySelector("[data-answer]").href = cell.dataset.answer;
    menu.querySelector("form").action = document.getElementById(cell.dataset.form).action;
    menu.querySelector("form button").value = cell.dataset.mark.replace(/[a-z_]+$/, "sorted_out");
  }
  // A sheet that leaves milestones out, as on a phone, has the menu at the foot of the window.
  const isAtFoot = getComputedStyle(cell).getPropertyValue("--far") === "none";
  menu.classList.toggle("at-foot", isAtFoot);
  menu.showPopover();
  if (!isAtFoot) {
    const { left, bottom, top } = cell.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = menu;
    menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    menu.style.top = `${bottom + height > innerHeight ? Math.max(8, top - height) : bottom}px`;
  } else {
    menu.style.left = menu.style.top = "";
  }
  [...menu.querySelectorAll("a, button")].find(isVisible).focus();
}

menu?.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-state]");
  if (!choice) return;
  const cell = document.getElementById(menu.dataset.cell);
  menu.hidePopover();
  if (cell) {
    cell.focus();
    set(cell, choice.dataset.state);
  }
});
menu?.addEventListener("keydown", (event) => {
  const items = [...menu.querySelectorAll("a, button")].filter(isVisible);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const letter = !event.ctrlKey && !event.metaKey && !event.altKey && KEYS[event.key.toLowerCase()];
  const choice = letter && items.find((each) => each.dataset.state === letter);
  if (!step && !choice) return;
  event.preventDefault();
  if (choice) return choice.click();
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
});

document.addEventListener("click", (event) => {
  const cell = cellOf(event.target);
  if (!cell || !menu || cell.dataset.state !== "need_help" || wanted.has(cell.id) || !cell.dataset.answer) return;
  event.preventDefault();
  show(cell);
});
document.addEventListener("contextmenu", (event) => {
  const cell = cellOf(event.target);
  if (!cell || !menu || !cell.closest(".paths-led")) return;
  event.preventDefault();
  show(cell);
});

// The arrow beside the cell that is pointed at; where a finger holds, the menu comes without it.
const more = document.createElement("button");
more.type = "button";
more.className = "cell-more";
more.tabIndex = -1;
more.setAttribute("aria-label", "Other states");
more.addEventListener("click", () => show(more.parentElement.querySelector(".cell")));
document.addEventListener("pointerover", (event) => {
  const place = event.pointerType === "mouse" && event.target.closest?.(".paths-led td.m");
  if (place && menu && place.querySelector(".cell")) place.append(more);
  else if (!event.target.closest?.(".cell-more")) more.remove();
});
let held;
document.addEventListener("touchstart", (event) => {
  const cell = cellOf(event.target);
  if (cell && menu) held = setTimeout(() => show(cell), 550);
}, { passive: true });
for (const name of ["touchend", "touchmove", "touchcancel"]) document.addEventListener(name, () => clearTimeout(held), { passive: true });

document.addEventListener("keydown", (event) => {
  const cell = cellOf(event.target);
  if (!cell || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const state = cell.closest(".paths-led") && KEYS[event.key.toLowerCase()];
  if (state) {
    event.preventDefault();
    if (cell.dataset.state === "need_help") show(cell);
    else if (state !== cell.dataset.state) set(cell, state);
    return;
  }
  const next = target(event.key, cell);
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// Rows of all sheets stand below each other; a row that lacks the column is passed over.
function target(key, cell) {
  const rows = [...document.querySelectorAll("tbody tr")].filter((row) => [...row.querySelectorAll(CELLS)].some(isVisible));
  const own = cell.closest("tr");
  const cells = [...own.querySelectorAll(CELLS)].filter(isVisible);
  if (key === "Home") return cells[0];
  if (key === "End") return cells.at(-1);
  const [one, other] = STEPS[key] ?? [0, 0];
  // Of a turned sheet a row stands upright.
  const [down, right] = getComputedStyle(cell).getPropertyValue("--turned") ? [other, one] : [one, other];
  if (right) return cells[cells.indexOf(cell) + right];
  if (!down) return undefined;
  const column = cell.closest("td").cellIndex;
  for (let at = rows.indexOf(own) + down; rows[at]; at += down) {
    const found = rows[at].cells[column]?.querySelector(CELLS);
    if (found && isVisible(found)) return found;
  }
  return undefined;
}
