// What JavaScript adds to every page. Nothing here is needed: each form posts, and each page works, without it.

// A change in a form with data-submit-on-change, or of a control with it, sends the form.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && (form.matches("[data-submit-on-change]") || event.target.matches("[data-submit-on-change]"))) {
    form.requestSubmit();
  }
});

// A tick or a choice that could not be saved goes back to what is saved; typed.js keeps what is typed beside it.
const failures = ["htmx:responseError", "htmx:sendError", "htmx:timeout"];
for (const name of failures) {
  document.addEventListener(name, ({ detail }) => {
    const isSentOnChange = detail.elt.matches("form:is([data-submit-on-change], :has([data-submit-on-change]))");
    if (!isSentOnChange || detail.xhr?.status === 422) return;
    for (const each of detail.elt.querySelectorAll("[type=checkbox], [type=radio]")) {
      if (each.checked === each.defaultChecked) continue;
      each.checked = each.defaultChecked;
      each.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
}

// A button with data-opens shows those details first, with its field; pressed again it sends its form.
document.addEventListener("click", (event) => {
  const details = document.getElementById(event.target.closest?.("[data-opens]")?.dataset.opens);
  if (!details || details.open) return;
  event.preventDefault();
  details.open = true;
  details.querySelector("textarea").focus();
});

// Ctrl+Enter (Cmd+Enter) sends the form, or the part of one, with data-ctrl-enter that has the focus: by the button of the
// name that this gives, if any.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const part = event.target.closest?.("[data-ctrl-enter]:not(form)") ?? event.target.form ?? event.target.closest?.("form");
  const name = part?.dataset.ctrlEnter;
  if (name === undefined) return;
  event.preventDefault();
  if (name) part.querySelector(`button[name=${name}]`).click();
  else part.requestSubmit();
});

// A second click on a form that is under way sends nothing. The server saves one with a key once too.
const SENT_ONCE = ".undo, [action$='/remove/'], [action$='/delete/']";
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form.elements.form_key || form.matches(SENT_ONCE))) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 5000);
});

// Leaving a form with data-guard asks first while it holds what was not sent.
const changed = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-guard]")) changed.add(form);
});
document.addEventListener("submit", ({ target }) => {
  changed.delete(target);
  // Another form with its key deals with what is typed there.
  const key = target.elements.form_key?.value;
  for (const form of changed) if (key && form.elements.form_key?.value === key) changed.delete(form);
});
document.addEventListener("reset", (event) => changed.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});

// A list of time zones begins with the browser's own; where none was chosen yet, it is chosen.
for (const list of document.querySelectorAll("select[data-time-zones]")) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = [...list.options].find((option) => option.value === own);
  if (!known) continue;
  const group = document.createElement("optgroup");
  group.label = "This browser";
  group.append(new Option(known.textContent, own));
  list.prepend(group);
  if (list.dataset.timeZones === "chosen") list.value = own;
}

// <button data-copy="text to copy"> or data-copy-from="#id of a field or an element".
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  const text = source ? (source.value ?? source.textContent.trim()) : button.dataset.copy;
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    source?.select?.();
    button.textContent = "Press Ctrl+C";
  }
  setTimeout(() => (button.textContent = words), 2000);
});

// <button data-print> prints the page.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});

// An open menu closes on Escape and on a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// The one box opens over the page by its links, Ctrl K or a slash, and leads to its field. Its own page has it open.
// Of which group and milestone the page is, its link says.
const box = document.getElementById("box");
const field = document.getElementById("box-q");
function openBox(event) {
  event.preventDefault();
  if (box && !box.matches(":popover-open")) {
    box.showPopover();
    for (const [name, value] of new URL(document.getElementById("box-link").href).searchParams) {
      if (!field.form.elements[name]) field.form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
  }
  field.focus();
  field.select();
}
const isPlain = ({ ctrlKey, metaKey, shiftKey, altKey }) => !(ctrlKey || metaKey || shiftKey || altKey);
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-box]") && isPlain(event)) openBox(event);
});
document.addEventListener("keydown", (event) => {
  const isTyped = event.target.matches?.("input, textarea, select, [contenteditable]");
  const isAsked = event.key === "/" ? isPlain(event) && !isTyped : event.key === "k" && (event.ctrlKey || event.metaKey);
  if (field && isAsked) openBox(event);
});

// Arrows walk from its field through what it found, and back. Down waits for what is still looked up, and so does Enter
// after it, which then opens the first.
const hits = document.getElementById("box-hits");
let awaitedBy = "";
document.addEventListener("keydown", (event) => {
  if (!hits) return;
  const { key, target } = event;
  const waits = hits.ariaBusy && target === field && (key === "ArrowDown" || (key === "Enter" && awaitedBy && isPlain(event)));
  awaitedBy = waits ? key : "";
  if (waits) return event.preventDefault();
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  const stops = [field, ...hits.querySelectorAll("summary, a:not(details a)")];
  const next = step && stops.includes(target) && stops[stops.indexOf(target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});
if (hits) {
  new MutationObserver(() => {
    if (!awaitedBy || hits.ariaBusy) return;
    const first = hits.querySelector("summary, a");
    first?.focus();
    if (awaitedBy === "Enter") first?.click();
    awaitedBy = "";
  }).observe(hits, { attributeFilter: ["aria-busy"] });
}
// What could not be looked up leaves what was found before, which nobody meant.
for (const name of failures) {
  document.addEventListener(name, ({ detail }) => {
    if (detail.target === hits) awaitedBy = "";
  });
}

// What is chosen in the box is sent with what is typed by then.
document.addEventListener("formdata", ({ target, formData }) => {
  if (target.id === "box-again") formData.set("title", field.value);
});

// The content begins below the places of a cohort.
const below = document.querySelector(".daily + *");
if (below) {
  below.id ||= "below-places";
  below.tabIndex = -1;
  document.querySelector(".skip-link").hash = below.id;
}

// A form that leads back to the page it stands on leaves the page where it was.
document.addEventListener("submit", (event) => {
  if (event.target.method === "post") sessionStorage.setItem("place", JSON.stringify([location.pathname, scrollY]));
});
const [path, top] = JSON.parse(sessionStorage.getItem("place") ?? "[]");
sessionStorage.removeItem("place");
if (path === location.pathname && !location.hash) scrollTo({ top, behavior: "instant" });
