import pytest

from benchmarks.measuring.figures import gather
from questions.similar import SAME, Comparison, Text, profile

ESSAY = [
    Text(1, "When is the essay due?"),
    Text(4, "Essay due date"),
    Text(7, "When is the essay's due date?"),
]
LOGIN = [Text(2, "The wombat server refuses my password"), Text(5, "Wombat server refused the password")]
ALONE = [
    Text(3, "Which picture formats may the report hold?"),
    Text(6, "Where is the recording of Tuesday?"),
    Text(8, "The wombat server is slow"),
]


def same_topic(one, topic, comparison):
    return sum(comparison.likeness(one, member) for member in topic) / len(topic) if topic else 0.0


def clusters(texts):
    read = [profile(text) for text in sorted(texts, key=lambda text: text.id)]
    comparison = Comparison(read)
    topics = gather(
        map(comparison.prepare, read), lambda one, topic: same_topic(one, topic, comparison), SAME
    )
    return [frozenset(question.title.text.id for question in topic) for topic in topics]


def test_questions_that_ask_the_same_are_gathered_and_nobody_stands_alone():
    assert clusters([*ESSAY, *LOGIN, *ALONE]) == [frozenset({1, 4, 7}), frozenset({2, 5})]


def test_the_order_in_which_they_are_given_changes_nothing():
    mixed = [*ESSAY, *LOGIN, *ALONE]
    mixed.reverse()

    assert clusters(mixed) == clusters([*ESSAY, *LOGIN, *ALONE])


def test_hints_do_not_make_a_topic():
    texts = [Text(one.id, one.title, milestone=1, material=1) for one in ALONE]

    assert clusters(texts) == []


def test_the_milestone_does_not_part_a_topic():
    apart = [Text(one.id, one.title, milestone=one.id) for one in ESSAY]

    assert clusters(apart) == [frozenset({1, 4, 7})]


@pytest.mark.parametrize(
    "texts", [[], [Text(1, "?")], [Text(1, ""), Text(2, "")], [Text(1, "🎉"), Text(2, "🎉")]]
)
def test_where_nothing_is_said_there_is_no_topic(texts):
    assert clusters(texts) == []


def test_a_chain_of_likenesses_is_no_topic():
    likenesses = {(0, 1): 0.9, (1, 2): 0.9, (2, 3): 0.9}

    def fit(one, topic):
        return sum(likenesses.get((member, one), 0.0) for member in topic) / len(topic)

    assert gather(range(4), fit, 0.7) == [[0, 1], [2, 3]]


def test_one_joins_the_topic_that_it_fits_best_and_of_equals_the_elder():
    def fit(one, topic):
        return {("c", "a"): 0.8, ("c", "b"): 0.9, ("d", "a"): 0.8, ("e", "b"): 0.8}.get((one, topic[0]), 0.0)

    assert gather("abcd", fit, 0.7) == [["a", "d"], ["b", "c"]]
    assert gather("abe", lambda one, topic: 0.8 if one == "e" else 0.0, 0.7) == [["a", "e"]]


def test_a_question_fits_a_topic_as_it_fits_its_members_on_average():
    comparison = Comparison(map(profile, [*ESSAY, *LOGIN, *ALONE]))
    essay, login = [[comparison.prepare(profile(text)) for text in texts] for texts in (ESSAY, LOGIN)]

    assert same_topic(essay[0], essay[1:], comparison) >= SAME
    assert same_topic(essay[0], [*essay[1:], *login], comparison) < SAME
    assert same_topic(essay[0], login, comparison) < 0.1
    assert same_topic(essay[0], [], comparison) == 0


def test_what_was_answered_makes_a_topic_of_titles_that_differ():
    answer = "the keeper renews the ticket of the wombat server ask in the office of the zoo on tuesday"
    one = Text(1, "Wombat server refuses my password", said=f"wombat server refuses my password {answer}")
    other = Text(2, "Password for the wombats' pictures?", said=f"password for the wombats pictures {answer}")
    comparison = Comparison(map(profile, [*ESSAY, *ALONE, one, other]))

    def alike(*texts):
        return comparison.likeness(*(comparison.prepare(profile(text)) for text in texts))

    bare = [Text(text.id, text.title) for text in (one, other)]
    assert alike(one, other) == alike(other, one) >= SAME > alike(*bare)
    # An answer to one of them says nothing of the other.
    assert alike(one, bare[1]) == alike(*bare)


def test_the_same_phrase_tells_more_than_the_same_words_apart():
    titles = ["The wombats are not counted", "Why is a giraffe missing?", "How tall is the lion?"]
    answers = [
        "open the gate of the northern zoo and wake the keeper before the visitors come",
        "wake the keeper before you open the gate of the northern zoo",
        "the keeper of the visitors can gate the zoo wake northern lions open",
    ]
    texts = [
        Text(pk, title, said=f"{title.lower()} {answer}")
        for pk, (title, answer) in enumerate(zip(titles, answers, strict=True))
    ]
    comparison = Comparison(map(profile, [*ESSAY, *texts]))
    one, same, scattered = (comparison.prepare(profile(text)) for text in texts)

    assert comparison.likeness(one, same) > 1.2 * comparison.likeness(one, scattered)
