// Pictures of a text: what is pasted, dropped or chosen is sent at once, and the text then names it. Below the text
// stands each picture that it names, with what it shows. Without this script they are sent along with the form.

const NAMED = /!\[([^\]]*)\]\(\/pictures\/([\w-]{22})\/\)/g;
const OTHERS = /^(\s*!\[[^\]]*\]\(\/pictures\/[\w-]{22}\/\))*/;
const LARGEST = 4_000_000; // bytes
const MOST = 3;

const textOf = (part) => document.getElementById(part.dataset.pictures);
const namedIn = (part) => new Map([...textOf(part).value.matchAll(NAMED)].map(([, shows, key]) => [key, shows]));
const sending = (within) => within.querySelectorAll("[data-sending]").length;

// That of the form, or the first that one sees.
function partFor(target) {
  const own = target.closest?.("form")?.querySelector("[data-pictures]");
  return own ?? [...document.querySelectorAll("[data-pictures]")].find((part) => part.checkVisibility());
}

function say(part, words, role = "alert") {
  part.querySelector("[role=alert]").textContent = role === "alert" ? words : "";
  part.querySelector("[role=status]").textContent = role === "status" ? words : "";
}

// On a line of its own below the one that is being written, and what was added there before. The cursor stays.
function add(part, markdown) {
  const text = textOf(part);
  const end = text.value.indexOf("\n", text.selectionEnd);
  let at = end < 0 ? text.value.length : end;
  at += text.value.slice(at).match(OTHERS)[0].length;
  text.setRangeText(`${text.value.trim() && "\n\n"}${markdown}\n`, at, at, "preserve");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function change(part, key, markdown) {
  const text = textOf(part);
  text.value = text.value.replace(NAMED, (found, shows, each) => (each === key ? markdown : found));
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function make(tag, className, ...inside) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

function button(words, press) {
  const made = make("button", "btn btn-link btn-sm", words);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

function lineOf(part, key) {
  const picture = new Image(96, 64);
  picture.alt = "";
  const gone = "This picture is gone: what is not sent is kept for a day. Remove it, or add it again.";
  picture.addEventListener("error", () => picture.replaceWith(make("p", "invalid-feedback", gone)));
  picture.src = `/pictures/${key}/`;
  const field = make("input");
  field.maxLength = 300;
  field.addEventListener("input", () => {
    const shows = field.value.replace(/[[\]\\\s]+/g, " ").trim();
    change(part, key, `![${shows}](/pictures/${key}/)`);
  });
  const remove = button("Remove", () => {
    change(part, key, "");
    textOf(part).focus();
  });
  const label = make("label", "grow", "What it shows, for people who cannot see it", field);
  const line = make("li", "picture", picture, label, remove);
  line.dataset.key = key;
  return line;
}

function show(part) {
  const named = namedIn(part);
  const lines = new Map([...part.querySelectorAll("[data-key]")].map((line) => [line.dataset.key, line]));
  for (const [key, line] of lines) if (!named.has(key)) line.remove();
  for (const [key, shows] of named) {
    const line = lines.get(key) ?? lineOf(part, key);
    if (!line.isConnected) part.querySelector("ul").append(line);
    const field = line.querySelector("input");
    if (field !== document.activeElement) field.value = shows;
  }
}

function whyNot({ status, response }) {
  if (status === 422) return response;
  if (!status) return "Not sent: no answer from Trefoil. Try again once you are connected.";
  return "Not sent. Reload this page, then try again: what you wrote is kept.";
}

function send(part, file) {
  const tooLarge = "This picture is larger than 4 MB. Make it smaller, or send the part of it that matters.";
  if (file.size > LARGEST) return say(part, tooLarge);
  if (namedIn(part).size + sending(part) >= MOST) return say(part, `At most ${MOST} pictures. Remove one first.`);
  const request = new XMLHttpRequest();
  const bar = make("progress");
  bar.setAttribute("aria-label", "Sending the picture");
  const line = make("li", "line", "Sending the picture", bar, button("Cancel", () => request.abort()));
  line.dataset.sending = "";
  part.querySelector("ul").append(line);
  say(part, "Sending the picture", "status");
  request.open("POST", part.dataset.add);
  request.setRequestHeader("X-CSRFToken", part.closest("form").querySelector("[name=csrfmiddlewaretoken]").value);
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.max = total;
    bar.value = loaded;
  });
  request.addEventListener("load", () => {
    // Somebody who was signed out gets another page.
    if (request.status !== 200 || !request.response.startsWith("![")) return say(part, whyNot(request));
    add(part, request.response);
    say(part, "The picture is added.", "status");
  });
  request.addEventListener("error", () => say(part, whyNot(request)));
  request.addEventListener("abort", () => say(part, "Cancelled.", "status"));
  request.addEventListener("loadend", () => line.remove());
  const body = new FormData();
  body.append("picture", file);
  request.send(body);
}

function sendAll(event, files) {
  const part = partFor(event.target);
  if (!part || !files.length) return;
  event.preventDefault();
  say(part, "");
  for (const file of files) send(part, file);
}

document.addEventListener("paste", (event) => {
  // What is copied from a document or a sheet comes as words and as a picture of them: the words are meant.
  if (!event.clipboardData.types.includes("text/plain")) sendAll(event, [...event.clipboardData.files]);
});
document.addEventListener("dragover", (event) => {
  if (event.dataTransfer.types.includes("Files") && partFor(event.target)) event.preventDefault();
});
document.addEventListener("drop", (event) => sendAll(event, [...event.dataTransfer.files]));
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-pictures] input[type=file]")) return;
  sendAll(event, [...event.target.files]);
  event.target.value = "";
});
document.addEventListener("input", ({ target }) => {
  const part = document.querySelector(`[data-pictures="${CSS.escape(target.id)}"]`);
  if (target.id && part) show(part);
});
// Before the other scripts hear of it.
window.addEventListener(
  "submit",
  (event) => {
    if (!sending(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(partFor(event.target), "Wait until the picture is sent, or cancel it.");
  },
  true,
);
for (const part of document.querySelectorAll("[data-pictures]")) show(part);
document.addEventListener("htmx:afterSettle", () => {
  for (const part of document.querySelectorAll("[data-pictures]")) show(part);
});
