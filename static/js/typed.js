// What is typed into a form with data-keep stays in this browser until it was saved: it comes back on the same page, for
// the same person, for 7 days. Signing out removes it, and so does another person who signs in.

const PREFIX = "trefoil:";
const DAYS = 7 * 24 * 60 * 60 * 1000; // milliseconds
const person = document.body.dataset.person;

function placeOf(form) {
  const { pathname, search } = new URL(form.action);
  return `${PREFIX}${person}:${pathname}${search}`;
}

function entries() {
  return Object.keys(localStorage)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => [name, JSON.parse(localStorage.getItem(name))]);
}

function forget(isGone) {
  for (const [name, entry] of entries()) if (isGone(name, entry)) localStorage.removeItem(name);
}

// What it was opened with goes along, so that what was saved in between by somebody else is not overwritten.
function isKept(field) {
  if (!field.name || field.name === "form_key" || ["password", "file", "submit"].includes(field.type)) return false;
  return field.type !== "hidden" || /(version|opened)$/.test(field.name);
}

// Not what the page proposes of a meeting: on another day it proposes something else.
function typedIn(form) {
  const proposed = new URLSearchParams(form.elements.proposed?.value);
  return [...form.elements]
    .filter(isKept)
    .filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked)
    .filter((field) => field.value !== proposed.get(field.name))
    .map((field) => [field.name, field.value]);
}

function keep(form, { isSent = false } = {}) {
  const fields = typedIn(form);
  if (!isSent && JSON.stringify(fields) === form.dataset.typed) return localStorage.removeItem(placeOf(form));
  localStorage.setItem(placeOf(form), JSON.stringify({ at: Date.now(), key: form.elements.form_key?.value, fields }));
}

function fill(form, fields) {
  for (const box of [...form.elements].filter((field) => field.type === "checkbox" && isKept(field))) {
    box.checked = fields.some(([name, value]) => name === box.name && value === box.value);
  }
  for (const [name, value] of fields) {
    const found = form.elements.namedItem(name);
    const field = found?.[0]?.type === "hidden" ? found[found.length - 1] : found;
    if (!field || field.type === "checkbox" || field.value === value) continue;
    field.value = value; // of radio buttons: checks the one
    const one = field[0] ?? field;
    one.dispatchEvent(new Event("input", { bubbles: true }));
    one.closest("details")?.setAttribute("open", "");
  }
}

function restore(form) {
  form.dataset.typed = JSON.stringify(typedIn(form));
  // Where both versions are shown, what was typed stands in the form already, and saving it replaces what was saved.
  if (form.querySelector("[data-compared]")) return;
  // So it does where the server shows anew what was sent, and it may have changed it.
  if (form.dataset.keep === "sent") return keep(form, { isSent: true });
  const entry = JSON.parse(localStorage.getItem(placeOf(form)));
  if (!entry || JSON.stringify(entry.fields) === form.dataset.typed) return;
  fill(form, entry.fields);
  form.closest("details")?.setAttribute("open", "");
  // Where the server has a draft, its bar says so, and its button deletes this one, too.
  if ([...document.querySelectorAll("[data-delete-draft]")].some((each) => !each.closest("form[data-keep]"))) return;
  const note = document.createElement("p");
  note.className = "note line";
  note.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.textContent = "Delete draft";
  button.addEventListener("click", () => {
    fill(form, JSON.parse(form.dataset.typed));
    form.reset(); // also what was empty: lines that came, choices that were none
    localStorage.removeItem(placeOf(form));
    note.remove();
  });
  note.append("Draft from this browser restored", button);
  form.prepend(note);
}

// The first link to a page with something typed says so, unless it tells of the draft that the server keeps.
function tell() {
  const own = `${PREFIX}${person}:`;
  const places = new Set(entries().map(([name]) => name.slice(own.length)));
  for (const link of document.querySelectorAll("main a[href]")) {
    if (link.pathname === location.pathname || !places.has(link.pathname + link.search)) continue;
    places.delete(link.pathname + link.search);
    if (link.matches("[data-kept]") || link.nextElementSibling?.matches("[data-kept]")) continue;
    const note = document.createElement("small");
    note.className = "small";
    note.dataset.kept = "";
    note.textContent = `${link.dataset.draft ?? "Draft"} in this browser`;
    link.after(note);
  }
}

function start() {
  const saved = document.cookie.match(/(?:^|; )saved_forms=([^;]*)/)?.[1].split(".") ?? [];
  if (saved.length) document.cookie = "saved_forms=; max-age=0; path=/; samesite=lax";
  const isOthers = (name) => person && !name.startsWith(`${PREFIX}${person}:`);
  forget((name, entry) => isOthers(name) || entry.at < Date.now() - DAYS || saved.includes(entry.key));
  if (!person) return;
  for (const form of document.querySelectorAll("form[data-keep]")) restore(form);
  tell();
  document.addEventListener("htmx:afterSettle", tell);
  // Parts of a page come anew, their forms too: listen where all events pass.
  document.addEventListener("input", ({ target }) => {
    if (target.form?.matches("[data-keep]")) keep(target.form);
  });
  document.addEventListener("kept", ({ target }) => localStorage.removeItem(placeOf(target)), true);
  document.addEventListener("click", deleteDraft);
  document.addEventListener("submit", send);
  // Sent by htmx, it has the key of the form as it is now: the part may have come anew since the first letter.
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.elt.matches("form[data-keep]")) keep(detail.elt, { isSent: true });
  });
  // The states of my week may be sent again, so their form has no key: it is saved once it has an answer.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const form = detail.successful && detail.requestConfig.elt;
    if (form && form.matches("form[data-keep]") && !form.elements.form_key) localStorage.removeItem(placeOf(form));
  });
}

// What has data-delete-draft deletes what is kept: of the form that it is in, else of those of the page.
function deleteDraft({ target }) {
  const clicked = target.closest("[data-delete-draft]");
  if (!clicked) return;
  const own = clicked.closest("form[data-keep]");
  for (const form of own ? [own] : document.querySelectorAll("form[data-keep]")) localStorage.removeItem(placeOf(form));
}

// A form with the key of a kept one deals with what is typed there.
function keptWith(form) {
  const key = form.elements.form_key?.value;
  return key && [...document.querySelectorAll("form[data-keep]")].find((each) => each.elements.form_key?.value === key);
}

function send(event) {
  const form = event.target;
  if (new URL(form.action).pathname.endsWith("/logout/")) return forget(() => true);
  const kept = form.matches("[data-keep]") ? form : keptWith(form);
  if (event.defaultPrevented || !kept) return;
  keep(kept, { isSent: true });
  if (navigator.onLine) return;
  event.preventDefault();
  delete form.dataset.sent;
  const text = "You are offline, so this was not sent. It is kept in this browser.";
  document.dispatchEvent(new CustomEvent("say", { detail: { text } }));
}

// After the other scripts, which add lines as they are filled in. A browser that keeps nothing does as it did before.
window.addEventListener("DOMContentLoaded", () => {
  try {
    start();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
});
