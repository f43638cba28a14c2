"""Names of people, and sentences as mentors and students write them."""

from random import Random

_FIRST = (
    "Ana Bruno Chidi Dalia Emre Fátima Goran Hanna Ivo Jun Katya Luís Mei Noor Olu Petra Quim Rosa Sami Tove Umar Vera"
    " Wen Xavi Yara Zeno Aiko Bea Caio Dina Elif Farid Gita Hugo Inga Jamal Kofi Leila Milan Nadia"
).split()
_LAST = (
    "Ruivo Sá Okafor Haddad Kaya Nunes Petrov Lind Costa Tanaka Ivanova Duarte Zhang Aziz Balogun Novak Ferrer Moreira"
    " Saleh Berg Khan Lopes Chen Puig Mansour Weiss Sato Rocha Lima Rahman Demir Nasser Patel Martins Holm Diallo"
    " Mensah Karimi Horvat Silva"
).split()
_NOTES = (
    "Attention is clear to her now.",
    "Works on it in the evenings and asks good questions.",
    "Finished early and helped the others with the notebook.",
    "Was not sure where to begin; we went through the first cells together.",
    "Had a busy week, wants to catch up at the weekend.",
    "The exercise on chunking took longer than planned.",
)
_SUMMARIES = (
    "We went through the exercise and compared the prompts that each of us wrote.",
    "Everybody showed what they had; the retriever returned too much, so we looked at overlap and chunk size.",
    "Short week. We agreed to finish the notebook by Friday and to review each other's code afterwards.",
    "We talked about evaluation, and why two of three metrics went up while the answers got worse.",
)
_STEPS = (
    "Read the page about chunking",
    "Finish the summarization notebook",
    "Review the code of the neighbour",
    "Write three prompts and compare them",
    "Watch the video on embeddings",
)
_BLOCKERS = (
    "No laptop this week",
    "The key of the API does not work",
    "Exams",
    "Does not see why it is needed",
)
_ANSWERS = (
    "It splits on tokens, not on characters. Set `chunk_overlap` as well, and print the first three chunks.",
    "Because the scores are compared **before** they are normalised:\n\n1. normalise\n2. compare\n3. keep five",
    "Run the cell that loads the model first; the kernel forgets it when it restarts.",
    "The video is older than the notebook. Use what the notebook says.",
)
_STARTS = (
    "Why does",
    "How do I make",
    "What happens when",
    "When should",
    "Where is it said that",
    "Can I know if",
)
_THINGS = (
    "attention chunking embedding retriever prompt tokenizer temperature index reranker agent memory loss gradient"
    " dataset notebook kernel pipeline schema vector store encoder decoder sampling beam cache quantisation adapter"
    " checkpoint evaluation benchmark metric filter parser splitter overlap window context template role persona"
).split()
_DOES = (
    "fail shrink grow repeat forget ignore drift crash hang differ need cost change stop lose mix cut rank match"
    " score train run load store read write send call wait start"
).split()
_PLACES = (
    "in the exercise|on a laptop|with long documents|after an update|in the notebook|for other languages|without a key"
    "|on the second run|with a small model|when it is empty|behind a proxy|in the video|with two columns|at the end"
).split("|")
_REQUESTS = ("Could somebody cover for me in two weeks?", "We need a second key for the API.")


def name(chance: Random) -> str:
    return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"


def note(chance: Random) -> str:
    return chance.choice(_NOTES)


def summary(chance: Random) -> str:
    return " ".join(chance.sample(_SUMMARIES, chance.choice((1, 1, 2))))


def step(chance: Random) -> str:
    return chance.choice(_STEPS)


def blocker(chance: Random) -> str:
    return f"Blocked by: {chance.choice(_BLOCKERS)}"


def answer(chance: Random) -> str:
    return "\n\n".join(chance.sample(_ANSWERS, chance.choice((1, 1, 2))))


def request(chance: Random) -> str:
    return chance.choice(_REQUESTS)


def question_title(n: int) -> tuple[str, int]:
    """The title of the n-th question, and its theme: one in three is like no other, some are asked by everybody."""
    theme = 20_000_000 + n % 50 if n % 17 == 0 else n // 8 if n % 3 else 10_000_000 + n
    h = theme * 2_654_435_761 % 2**32
    thing, other = _THINGS[h % 40], _THINGS[h // 40 % 40]
    does, place = _DOES[h // 1600 % 30], _PLACES[h // 48_000 % 14]
    start = _STARTS[n * 7919 % 6]
    return f"{start} the {thing} {does} the {other} {place}, case {theme % 9973}?", theme
