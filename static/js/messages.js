// The bar of messages at the bottom: each can be closed, closes itself once it was read, and F8 leads to it. And where the
// focus is on a new page: at what was wrong, where it was before an Undo, or on the message that a key led to.

const bar = document.getElementById("messages");
const SHOWN = 10_000; // milliseconds, and 50 more a character
let before = null; // what had the focus last outside of the bar
document.addEventListener("focusin", ({ target }) => bar.contains(target) || (before = target));

function close(message) {
  const hadFocus = message.contains(document.activeElement);
  message.remove();
  if (hadFocus && before?.isConnected) before.focus({ preventScroll: true });
}

// What failed, and what asks for an answer, stays until it is closed or something else happens.
function closesItself(message) {
  return message.matches(".message-success, .message-info") && !message.querySelector("form:not(.undo)");
}

function isInUse(message) {
  return document.hidden || message.matches(":hover") || message.contains(document.activeElement);
}

function closeLater(message, wait) {
  setTimeout(() => {
    if (!message.isConnected) return;
    if (isInUse(message)) closeLater(message, SHOWN / 2);
    else close(message);
  }, wait);
}

// It never lies on what is aimed at next: after a click near the bottom it appears at the top.
let clickedAt = 0;
document.addEventListener("pointerdown", (event) => bar.contains(event.target) || (clickedAt = event.clientY));

const watched = new WeakSet();
function watch() {
  for (const message of bar.querySelectorAll("[data-message]")) {
    if (watched.has(message)) continue;
    watched.add(message);
    bar.classList.toggle("is-at-top", clickedAt > innerHeight - 200);
    if (closesItself(message)) closeLater(message, SHOWN + 50 * message.textContent.trim().length);
  }
}
new MutationObserver(watch).observe(bar, { childList: true });

bar.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) close(event.target.closest("[data-message]"));
});
document.addEventListener("keydown", (event) => {
  const message = document.activeElement?.closest("#messages [data-message]");
  if (event.key === "Escape" && message) return close(message);
  if (event.key !== "F8") return;
  const next = bar.querySelector("[data-message] :is(a, button)") ?? document.querySelector("#week-done button");
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
});

// Other scripts say something: document.dispatchEvent(new CustomEvent("say", { detail: { text, href, label } })).
document.addEventListener("say", ({ detail }) => {
  const message = document.getElementById("message").content.cloneNode(true);
  const place = message.querySelector(".grow");
  place.textContent = detail.text;
  if (detail.href) {
    const link = document.createElement("a");
    link.href = detail.href;
    link.textContent = detail.label;
    place.append(" ", link);
  }
  bar.replaceChildren(message);
});

// Screen readers announce what changes, not what a page starts with: put the messages in once more, but not while they
// are used: a click on one would be lost.
const first = [...bar.children];
if (first.length) {
  setTimeout(() => {
    if (bar.matches(":hover, :focus-within") || first.some((message) => !message.isConnected)) return;
    bar.replaceChildren(...first);
  }, 200);
}
watch();

// After an Undo the focus is where it was before the message, or else on the message that says what was undone. What else
// was sent by keyboard is said there too, unless the page or its address names a place.
document.addEventListener("submit", ({ target, defaultPrevented }) => {
  sessionStorage.removeItem("sent");
  if (target.matches(".undo")) return sessionStorage.setItem("undone", before?.id ?? "");
  const isByKey = target.method === "post" && document.activeElement.matches(":focus-visible");
  if (isByKey && !defaultPrevented) sessionStorage.setItem("sent", "by key");
});
const undone = sessionStorage.getItem("undone");
const isSent = sessionStorage.getItem("sent") && !location.hash && !document.querySelector("[autofocus]");
sessionStorage.removeItem("undone");
sessionStorage.removeItem("sent");

// The list of what was wrong takes the focus, so that its links are the next key press.
const wrong = document.querySelector("[data-focus-on-load]");
function focus() {
  if (wrong) return wrong.focus();
  const again = document.getElementById(undone);
  again?.focus({ preventScroll: true });
  if (document.activeElement !== again) bar.querySelector("[data-message]")?.focus({ preventScroll: true });
}
if (wrong || undone !== null || isSent) {
  focus();
  // A place that the address names takes the focus away when the page is first drawn.
  if (location.hash) addEventListener("load", () => requestAnimationFrame(() => setTimeout(focus)));
}
