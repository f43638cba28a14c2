// What JavaScript adds to the parts of a page that htmx replaces: nothing clicked, typed or focused gets lost.

// One change at a time. A click that comes while an answer is under way is made again on the page as it is then.
let isBusy = false;
const waiting = [];
// What only reads, swaps nothing, or is sent anew with all that was chosen meanwhile, takes no part in it.
const isChange = ({ verb, elt }) =>
  verb !== "get" && elt.getAttribute("hx-swap") !== "none" && !elt.hasAttribute("hx-sync");
// A form that the browser sends whole is not followed by a choice in it that still waited.
let sentWhole = null;
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) sentWhole = event.target;
});
window.addEventListener("pageshow", () => (sentWhole = null));
document.addEventListener("htmx:confirm", (event) => {
  const { elt, triggeringEvent } = event.detail;
  if (sentWhole?.contains(elt)) return void event.preventDefault();
  if (!isChange(event.detail)) return;
  if (!isBusy) return void (isBusy = true);
  event.preventDefault();
  const clicked = triggeringEvent?.submitter ?? elt.querySelector("[type=checkbox]");
  if (clicked?.id) waiting.push(clicked.id);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { requestConfig } = event.detail;
  if (requestConfig && !isChange(requestConfig)) return;
  isBusy = false;
  // Once this one is over: a form that stays on the page takes no other before.
  if (event.detail.successful) setTimeout(() => document.getElementById(waiting.shift())?.click());
  else waiting.length = 0;
});

// A button that stands outside its form, as the cells of a sheet do, is sent with it as the browser sends it.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const button = detail.triggeringEvent?.submitter;
  if (button?.name && !detail.elt.contains(button)) detail.parameters[button.name] ??= button.value;
});

// The focus stays on the element of the same id, which stays where it was, and what was typed elsewhere stays typed.
let focused = "";
let then = []; // where the focus goes if what had it is gone
let kept = ""; // what stays where it was
let top = 0;
let typed = [];
let checked = [];
let open = [];
let folded = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  focused = document.activeElement?.id ?? "";
  then = nextInList(document.activeElement);
  const aimed = aimedAt(event.detail.requestConfig.elt);
  kept = aimed?.id ?? "";
  top = aimed?.getBoundingClientRect().top ?? 0;
  const { target } = event.detail;
  open = [target, ...target.querySelectorAll("details[open]")].filter((each) => each.id && each.open !== false).map((each) => each.id);
  folded = [...target.querySelectorAll("details[id]:not([open])")].map((each) => each.id);
  const fields = target.querySelectorAll(
    "input[id]:is([type=text], [type=search], [type=time], :not([type])), textarea[id], form[method=post] select[id]",
  );
  const boxes = target.querySelectorAll("form[method=get] input[type=checkbox][id]");
  const sent = event.detail.requestConfig.elt;
  const isAsSent = ({ value, defaultValue, selectedOptions }) => selectedOptions?.[0]?.defaultSelected ?? value === defaultValue;
  typed = [...fields]
    .filter((field) => !isAsSent(field) && !sent.contains(field))
    .map((field) => [field.id, field.value]);
  checked = [...boxes].filter((box) => box.checked !== box.defaultChecked).map((box) => [box.id, box.checked]);
});
// What is open stays open, and what was folded stays folded; what was no line to be opened, too.
document.addEventListener("htmx:afterSwap", () => {
  for (const id of open) document.querySelector(`details#${CSS.escape(id)}`)?.setAttribute("open", "");
  for (const id of folded) document.getElementById(id)?.removeAttribute("open");
  open = folded = [];
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }
  for (const [id, isChecked] of checked) {
    const box = document.getElementById(id);
    if (box) box.checked = isChecked;
  }
  typed = [];
  checked = [];
  const lost = document.activeElement === document.body || document.activeElement === null;
  const again = [focused, ...then].map((id) => id && document.getElementById(id)).find(Boolean);
  if (again && lost) again.focus({ preventScroll: true });
  const aimed = kept && document.getElementById(kept);
  if (aimed) stay(aimed);
  // What was wrong, as on a page that is loaded.
  if ([409, 422].includes(detail.xhr?.status)) document.querySelector("[data-focus-on-load]")?.focus();
  focused = kept = "";
  then = [];
});

// From a line that goes when it is done: to the next of its list, or the one before; from the last to what `data-then` says.
function nextInList(active) {
  const list = active?.closest("[data-then]");
  if (!list) return [];
  const lines = [...list.children];
  const at = lines.indexOf(active.closest("[data-then] > *"));
  const others = [...lines.slice(at + 1), ...lines.slice(0, at).reverse()];
  return [...others.map((line) => line.querySelector("input[id], button[id]")?.id), list.dataset.then];
}

// What one has just clicked or types in. Where somebody else's change comes in, also what the pointer is on, or else
// what is in the middle.
function aimedAt(asked) {
  const active = document.activeElement;
  if (!asked.matches("[data-live]") || active?.matches("input, textarea, select")) return active;
  const hovered = [...document.querySelectorAll("main :hover")].at(-1);
  return (hovered ?? document.elementFromPoint(innerWidth / 2, innerHeight / 2))?.closest("main [id]");
}

// What was clicked stays where it was, whatever came or went above it. A page that is at its top cannot scroll further
// up: then there is room above it, until that is scrolled away or the pointer leaves the page. As much below lets a short
// page be scrolled so far.
const main = document.querySelector("main");
const setRoom = (height) =>
  (main.style.marginTop = document.body.style.marginBottom = height >= 1 ? `${Math.round(height)}px` : "");
function stay(clicked) {
  // What stands over the page moves nothing behind it.
  if (clicked.closest(":popover-open, dialog, .messages")) return;
  setRoom(0);
  const moved = () => clicked.getBoundingClientRect().top - top;
  scrollBy({ top: moved(), behavior: "instant" });
  // A page that ends too early to be scrolled on has room below it.
  if (moved() >= 1) {
    document.body.style.marginBottom = `${Math.ceil(moved())}px`;
    return scrollBy({ top: moved(), behavior: "instant" });
  }
  setRoom(-moved());
}
document.addEventListener("scrollend", () => {
  const room = parseFloat(main.style.marginTop) || 0;
  const scrolled = Math.min(scrollY, room);
  if (!scrolled) return;
  setRoom(room - scrolled);
  scrollBy({ top: -scrolled, behavior: "instant" });
});
document.documentElement.addEventListener("mouseleave", () => setRoom(0));

// A part with data-looks-up follows what is typed into the fields that it names: it is busy from the first key until the
// answer to the last has come.
const typedFor = new Set();
document.addEventListener("input", ({ target }) => {
  const part = target.id && document.querySelector(`[data-looks-up~="${CSS.escape(target.id)}"]`);
  if (!part) return;
  typedFor.add(part);
  part.ariaBusy = "true";
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => typedFor.delete(detail.target));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.target.matches("[data-looks-up]") && !typedFor.has(detail.target)) detail.target.ariaBusy = null;
});

// Where it offers the same again, it stays as it is: what somebody is about to press would go from under the pointer.
const offersOf = (part) => [...part.querySelectorAll("[data-offer]")].map((each) => each.dataset.offer).join();
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const offered = offersOf(detail.target);
  if (!offered || !detail.target.matches("[data-looks-up]")) return;
  const came = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  if (offersOf(came) === offered) detail.shouldSwap = false;
});

// Only an answer of Trefoil to this person is shown: no sign-in page, no error of a proxy, nothing for somebody else.
const isOurs = (xhr) => (xhr.getResponseHeader("Trefoil-Person") ?? "") === document.body.dataset.person;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.shouldSwap && !isOurs(event.detail.xhr)) {
    event.detail.shouldSwap = false;
    event.detail.isError = true;
  }
});

// What did not reach the server is said, and stays on the page.
function whyNot(xhr) {
  if (!xhr?.status) return "Not saved: no answer from Trefoil. Try again once you are connected.";
  if (xhr.status === 403) return "Not saved. Reload this page, then try again.";
  return "Not saved: Trefoil could not do it. Try again.";
}
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const { elt, requestConfig, xhr } = event.detail;
    const isLookedUp = requestConfig?.verb === "get" || "looksUp" in (elt?.dataset ?? {});
    if (xhr?.status === 401 || (xhr?.status && xhr.status < 400)) {
      const next = encodeURIComponent(location.pathname + location.search);
      const href = `${document.body.dataset.signIn}?next=${next}`;
      const text = isLookedUp ? "You are signed out." : "Not saved: you are signed out.";
      return say({ text, href, label: "Sign in" });
    }
    // What was only looked up is not lost: the next key looks again.
    if (!isLookedUp) say({ text: whyNot(xhr) });
  });
}

function say(detail) {
  document.dispatchEvent(new CustomEvent("say", { detail }));
}
