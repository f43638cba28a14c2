// A page that others change too asks every 15 s whether anybody has: not while its tab is hidden, and what one does
// oneself goes first.

const SELECTOR = "[data-live]";
const isLive = (event) => event.detail.requestConfig?.elt.matches(SELECTOR);
const ask = (each) => htmx.trigger(each, "live");

let underWay = 0; // changes of one's own
let changes = 0;
let before = 0; // changes when it was asked
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isLive(event)) {
    before = changes;
    if (document.hidden || underWay) event.preventDefault();
  } else if (event.detail.requestConfig.verb !== "get") {
    changes += 1;
    underWay += 1;
  }
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig?.verb !== "get" && underWay) underWay -= 1;
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.querySelectorAll(SELECTOR).forEach(ask);
});

// Nothing is replaced under a finger, nor by an answer that is older than one's own change. It comes with the next.
let isPressed = false;
for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => (isPressed = true), true);
for (const name of ["pointerup", "pointercancel", "keyup", "blur"]) addEventListener(name, () => (isPressed = false), true);
document.addEventListener("htmx:beforeSwap", (event) => {
  if (isLive(event) && (isPressed || before !== changes)) event.detail.shouldSwap = false;
});

// Nor what has the focus; a cell has it again at once.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { activeElement: used } = document;
  if (detail.requestConfig.elt.matches(SELECTOR) && detail.target.contains(used) && !used.matches(".cell")) detail.shouldSwap = false;
});

// Nor what is typed in, or has the focus; a button with an id has it again at once.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const fields = [...detail.target.querySelectorAll("textarea")];
  const used = detail.target.contains(document.activeElement) && document.activeElement;
  const isUsed = (used && !used.matches("button[id]")) || fields.some((each) => each.value);
  if (detail.target.matches("[data-live-part]") && isUsed) detail.shouldSwap = false;
});

// Of several that have changed, one comes with an answer: the next is asked for at once.
document.addEventListener("htmx:afterSettle", (event) => {
  if (isLive(event) && event.detail.requestConfig.elt.isConnected) ask(event.detail.requestConfig.elt);
});

// Who is signed out, or may not see this any longer, is told once; swaps.js says it.
document.addEventListener("htmx:responseError", (event) => {
  if (isLive(event) && event.detail.xhr.status < 500) event.detail.requestConfig.elt.remove();
});
