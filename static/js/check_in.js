// The check-in: keeps a draft while somebody types, says what will be saved, and always has one empty line for a
// question more. Without it the form works the same; a draft is kept by its button then.

const MOST_LINES = 20;

// "Tuesday 15 September" of "2026-09-15".
function longDay(iso) {
  const words = { weekday: "long", day: "numeric", month: "long" };
  return iso ? new Date(`${iso}T12:00`).toLocaleDateString("en-GB", words).replace(",", "") : "";
}

// "Tuesday 15 September, 30 minutes." of its parts; nothing of none.
function sentence(parts) {
  const words = parts.filter(Boolean).join(", ");
  return words && `${words[0].toUpperCase()}${words.slice(1)}.`;
}

// Says what will be saved as tracker/dashboards/check_in_sentence.py does.
function tellSentence(form) {
  const valueOf = (name) => form.elements.namedItem(name)?.value;
  const wordOf = (input) => input.labels[0].textContent.trim();
  const day = longDay(valueOf("held_on"));
  const missing = [...form.querySelectorAll(".came input:checked:not([value=present])")].map(
    (input) => `${input.closest("fieldset").previousElementSibling.textContent} ${wordOf(input).toLowerCase()}`,
  );
  const isUnknown = form.querySelector(".came fieldset:not(:has(:checked))");
  const came = missing.join(", ") || (isUnknown ? "" : "everyone came");
  const newDay = longDay(valueOf("moved_to"));
  const newTime = valueOf("held_at") ? `, ${valueOf("held_at")}` : "";
  const minutes = valueOf("minutes") && `${valueOf("minutes")} minutes`;
  const besides = valueOf("is_besides") === "True" && "besides the meeting";
  const sentences = {
    held: [day, minutes, came, besides],
    group_absent: [day, "nobody came", besides],
    cancelled: ["Cancelled"],
    moved: [newDay ? `Rescheduled to ${newDay}${newTime}` : "Rescheduled"],
  };
  form.querySelector("[data-came]").textContent = sentence([came]);
  form.querySelector("[data-sentence]").textContent = sentence(sentences[valueOf("outcome")] ?? []);
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

  // From here on no draft is sent.
  function end() {
    isSent = true;
    clearTimeout(timer);
    request.abort();
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
    isChanged = true;
    clearTimeout(timer);
    timer = setTimeout(keepDraft, 1000);
    if (lines.contains(event.target)) emptyLine();
    // What comes back after a session ended may come back into what is closed.
    for (let fold = event.target.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    tellSentence(form);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "add-line") return goToEmptyLine(event);
    // Sent once: a second Ctrl+Enter while the answer is under way sends nothing.
    if (isSent) return event.preventDefault();
    end();
  });
  document.addEventListener("click", ({ target }) => target.closest("[data-delete-draft]") && end());
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
// On a phone the page begins at its top: the cursor would scroll past what is filled in, and open the keyboard. What was
// wrong, or undone, has the focus already.
const first = document.activeElement === document.body && form?.querySelector("[data-first]");
if (first && matchMedia("(min-width: 48rem) and (pointer: fine)").matches) first.focus({ preventScroll: true });
