// The check-in: keeps a draft while somebody types, and always one empty line for a question more.
// Without it the form works the same; a draft is kept by its button then.

const MOST_LINES = 20;

// What the closed line says will be saved: "present · step: keep open · note".
function savedBy(entry) {
  const chosen = (fields) => [...fields].map((field) => field.labels[0].textContent.trim().toLowerCase());
  const states = chosen(entry.querySelectorAll(".steps-kept :checked"));
  const texts = [["note", "note"], ["text", "next step"]];
  const typed = texts.filter(([name]) => entry.querySelector(`[name$="-${name}"]`)?.value);
  return [
    ...chosen(entry.querySelectorAll(":not(.steps-kept *):checked")),
    states.length && `${states.length === 1 ? "step" : "steps"}: ${states.join(", ")}`,
    ...typed.map(([, word]) => word),
  ].filter(Boolean).join(" · ");
}

function start(form) {
  let isChanged = false;
  let isSent = false;
  let timer = 0;
  let request = new AbortController();

  const status = form.querySelector("[data-draft-status]");
  // Told again only when it differs: screen readers say it aloud.
  const tell = (words) => status.textContent !== words && (status.textContent = words);

  function tellSignedOut() {
    isChanged = true;
    const link = document.createElement("a");
    link.href = `${document.body.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = "sign in";
    status.replaceChildren("Draft not saved, ", link, ". What you typed is kept in this browser.");
  }

  async function keepDraft({ isLeaving = false } = {}) {
    clearTimeout(timer);
    if (!isChanged || isSent) return;
    isChanged = false;
    request.abort();
    request = new AbortController();
    try {
      const answer = await fetch(form.dataset.draftUrl, {
        method: "POST",
        headers: { "X-Requested-With": "check-in" },
        body: new URLSearchParams(new FormData(form)),
        // Sent even when the page is gone; browsers take up to 64 kB of that.
        keepalive: isLeaving,
        signal: request.signal,
      });
      const isSignedOut = answer.headers.get("Trefoil-Person") !== document.body.dataset.person;
      if (isSignedOut && answer.status < 500) return tellSignedOut();
      // 409 says in words why it was not kept.
      if (!answer.ok && answer.status !== 409) throw new Error(answer.statusText);
      tell(await answer.text());
      if (answer.ok) form.dispatchEvent(new Event("kept"));
    } catch (error) {
      if (error.name === "AbortError") return;
      isChanged = true;
      tell("Draft not saved: no answer from Trefoil. What you typed is kept in this browser.");
    }
  }

  function noteChange() {
    isChanged = true;
    clearTimeout(timer);
    timer = setTimeout(keepDraft, 1000);
  }

  const lines = form.querySelector("[data-question-lines]");
  const titleOf = (line) => line.querySelector("input[type=text]");
  // The last line is the empty one: what each new line is made from.
  const html = lines.lastElementChild.outerHTML;
  const last = lines.childElementCount - 1;

  function emptyLine() {
    if (titleOf(lines.lastElementChild).value === "") return lines.lastElementChild;
    const number = lines.childElementCount;
    if (number >= MOST_LINES) return null;
    const renumbered = html
      .replaceAll(`q${last}-`, `q${number}-`)
      .replaceAll(`line=q${last}`, `line=q${number}`)
      .replaceAll(`Question ${last + 1}"`, `Question ${number + 1}"`);
    lines.insertAdjacentHTML("beforeend", renumbered);
    window.htmx?.process(lines.lastElementChild);
    return lines.lastElementChild;
  }

  function goToEmptyLine(event) {
    event.preventDefault();
    const line = emptyLine();
    if (line) titleOf(line).focus();
  }

  form.addEventListener("input", (event) => {
    noteChange();
    if (lines.contains(event.target)) emptyLine();
    const entry = event.target.closest(".entries > details");
    if (!entry) return;
    // What comes back after a session ended may come back into one that is closed.
    entry.open = true;
    entry.querySelector(".saved").textContent = savedBy(entry) || "no step";
  });
  // The student's words, copied beside what stands there; the form is not sent.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=take]");
    if (!button) return;
    event.preventDefault();
    const { words } = button.dataset;
    const field = form.elements.namedItem(button.value);
    const isChoice = field instanceof RadioNodeList;
    const before = isChoice ? "" : field.value.trim();
    if (!before.includes(words)) field.value = before ? `${before}; ${words}` : words;
    const shown = isChoice ? [...field].find((each) => each.checked) : field;
    shown.dispatchEvent(new Event("input", { bubbles: true }));
    shown.focus();
  });
  // What a field holds is said to be taken over, instead of offered.
  function showTaken() {
    for (const button of form.querySelectorAll("button[name=take]")) {
      const isTaken = form.elements.namedItem(button.value).value.includes(button.dataset.words);
      button.hidden = isTaken;
      button.nextElementSibling.hidden = !isTaken;
    }
  }
  showTaken();
  form.addEventListener("input", showTaken);
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "add-line") return goToEmptyLine(event);
    // Sent once: a second Ctrl+Enter while the answer is under way sends nothing.
    if (isSent) return event.preventDefault();
    isSent = true;
    clearTimeout(timer);
    request.abort();
  });
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-discard]")) return;
    isSent = true; // so leaving sends no draft
    clearTimeout(timer);
    request.abort();
  });
  // Enter goes on to the next question, as in a list, and does not send the form.
  lines.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && event.target.matches("input[type=text]")) {
      goToEmptyLine(event);
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keepDraft({ isLeaving: true });
  });
  window.addEventListener("pagehide", () => keepDraft({ isLeaving: true }));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) isSent = false;
  });
}

const form = document.querySelector("form.check-in");
if (form) start(form);
// On a phone the page begins at its top: the cursor would scroll past what is filled in, and open the keyboard.
const first = form?.querySelector("[data-first]");
if (first && matchMedia("(min-width: 48rem) and (pointer: fine)").matches) first.focus({ preventScroll: true });
