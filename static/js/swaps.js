// What JavaScript adds to the parts of a page that htmx replaces: nothing clicked, typed or focused gets lost.

// One change at a time. A click that comes while an answer is under way is made again on the page as it is then.
let isBusy = false;
const waiting = [];
document.addEventListener("htmx:confirm", (event) => {
  const { verb, elt, triggeringEvent } = event.detail;
  if (verb === "get") return;
  if (!isBusy) return void (isBusy = true);
  event.preventDefault();
  const clicked = triggeringEvent?.submitter ?? elt.querySelector("[type=checkbox]");
  if (clicked?.id) waiting.push(clicked.id);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig?.verb === "get") return;
  isBusy = false;
  if (event.detail.successful) document.getElementById(waiting.shift())?.click();
  else waiting.length = 0;
});

// The focus stays on the element of the same id, and what was typed elsewhere stays typed.
let focused = "";
let typed = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  focused = document.activeElement?.id ?? "";
  const fields = event.detail.target.querySelectorAll("input[id]:is([type=text], [type=search], :not([type])), textarea[id]");
  const sent = event.detail.requestConfig.elt;
  typed = [...fields]
    .filter((field) => field.value !== field.defaultValue && !sent.contains(field))
    .map((field) => [field.id, field.value]);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }
  typed = [];
  const lost = document.activeElement === document.body || document.activeElement === null;
  if (focused && lost) document.getElementById(focused)?.focus({ preventScroll: true });
  focused = "";
});
