from dataclasses import replace

import pytest

from benchmarks.measuring.asked import Asked
from benchmarks.measuring.figures import (
    ANSWERS,
    found_first,
    look,
    measure,
    measure_offers,
    measure_topics,
    share,
)
from benchmarks.measuring.rankers import (
    OURS,
    Ranker,
    first_stage,
    ours,
    ours_without_answers,
)

# Two that ask the same, one that looks alike, one of another matter, and another two, in different words.
ZOO = [
    Asked(10, "zoo", "1", "Who feeds the wombat?", "a"),
    Asked(20, "zoo", "1", "Who feeds the giraffe?", ""),
    Asked(30, "zoo", "2", "Feeding the wombat", "a"),
    Asked(40, "zoo", "2", "When is the essay due?", "b"),
    Asked(50, "zoo", "3", "Deadline for essays", "b"),
    Asked(60, "zoo", "3", "May we paint the fence?", ""),
]


def fixed(
    orders: dict[int, list[int]],
    alike: dict[tuple[int, int], float] | None = None,
) -> Ranker:
    def scores(place: int, least: float) -> list[tuple[int, float]]:
        scored = [(other, 0.9 - number / 10) for number, other in enumerate(orders.get(place, []))]
        return [(other, score) for other, score in scored if score >= least]

    return Ranker(
        "fixed",
        orders.__getitem__,
        lambda one, other: (alike or {}).get((other, one), 0.0),
        scores,
    )


def test_places_of_the_first_twin_are_counted():
    orders = {0: [2, 1], 2: [1, 3, 0], 3: [1, 2, 5, 0, 4], 4: [1]}

    rivals = {10: frozenset({20}), 30: frozenset({20}), 50: frozenset({60})}
    figures = measure("fixed", look(fixed(orders), ZOO, rivals))

    assert figures.asked == 4
    assert {n: found for n, (found, _, _) in figures.recalls.items()} == {1: 1 / 4, 3: 2 / 4, 5: 3 / 4}
    assert figures.mrr == pytest.approx((1 + 1 / 3 + 1 / 5 + 0) / 4)
    # Not for the first, whose twin is above; not for the last, which is offered neither.
    assert (figures.beaten, figures.rivalled) == (1, 3)


def test_offers_are_counted_above_a_likeness_and_at_most_three():
    orders = {0: [2, 1], 1: [0], 2: [1, 3, 4, 0], 3: [1, 4]}

    every = measure_offers("fixed", 0.1, [(fixed(orders), ZOO)], most=3)
    # The first of 0, whose second is no twin; none of 2, whose twin stands fourth; the second of 3; none of 4.
    assert (every.reached[0], every.right[0], every.lists_right[0]) == (2 / 4, 2 / 7, 2 / 4)
    assert (every.lists[0], every.each[0], every.each_new[0]) == (4 / 6, 8 / 6, 1 / 2)
    first = measure_offers("fixed", 0.85, [(fixed(orders), ZOO)], most=3)
    assert (first.reached[0], first.right[0], first.each[0]) == (1 / 4, 1 / 3, 4 / 6)


def test_a_share_is_less_certain_the_fewer_groups_there_are():
    few = share([("a", 1, 1), ("b", 0, 1)])
    many = share([(str(number), number % 2, 1) for number in range(100)])
    assert few[0] == many[0] == 0.5
    assert few[1:] == (0, 1)
    assert 0.35 < many[1] < many[0] < many[2] < 0.65


def test_pairs_of_topics_are_counted():
    alike = {(0, 1): 0.9, (0, 2): 0.8, (1, 2): 0.8, (3, 5): 0.7}

    found = measure_topics("fixed", 0.7, [(fixed({}, alike), ZOO)])

    assert (found.topics, found.pairs, found.right, found.twins) == (2, 4, 1, 2)
    assert (found.precision[0], found.recall[0]) == (1 / 4, 1 / 2)
    mended = [replace(asked, fix="meals" if asked.id <= 30 else "") for asked in ZOO]
    by_fix = measure_topics("fixed", 0.7, [(fixed({}, alike), mended)], by="fix")
    assert (by_fix.right, by_fix.twins) == (3, 3)


def test_groups_stand_after_people_answered_about_the_likest_pairs():
    # Nothing gathers by itself. The wombats are likest, then the essays; the giraffe is like a wombat, and no twin.
    alike = {(0, 2): 0.3, (3, 4): 0.25, (0, 1): 0.2, (4, 5): 0.1}
    found = measure_topics("fixed", 0.35, [(fixed({}, alike), ZOO)])
    assert (found.stands[0], found.stands_asked[0]) == (0, 1)
    # Those that are hardly alike are asked about by nobody.
    assert (found.answers, found.answers_yes[0]) == (3, 2 / 3)
    # A question joins the topic of the one that it is likest.
    together = measure_topics("fixed", 0.35, [(fixed({}, {(0, 1): 0.9, (0, 2): 0.2}), ZOO)])
    assert (together.topics, together.answers, together.stands_asked[0]) == (1, 1, 1 / 2)


def test_people_answer_ten_times_a_module():
    alone = [Asked(number, "zoo", "1", f"Question {number}", "") for number in range(20)]
    alike = {(0, number): 0.3 for number in range(1, 20)}
    found = measure_topics("fixed", 0.35, [(fixed({}, alike), alone)])
    assert (found.answers, found.answers_yes[0], found.stands) == (ANSWERS, 0, (0, 0, 0))


def test_where_nobody_has_a_twin_nothing_is_divided():
    alone = [ZOO[1], ZOO[5]]

    assert measure("fixed", look(fixed({}), alone, {})).recalls == dict.fromkeys((1, 3, 5), (0, 0, 0))
    found = measure_topics("fixed", 0.7, [(fixed({}), alone)])
    assert (found.precision, found.recall) == ((0, 0, 0), (0, 0, 0))
    assert found_first([first_stage(alone)], [alone]) == 0


def test_a_group_of_one_has_no_twin():
    assert look(fixed({}), [Asked(1, "zoo", "1", "Why?", "a")], {}) == []


def test_the_first_stage_finds_by_the_beginnings_of_words_and_the_rarest_first():
    found = first_stage(ZOO)

    assert found == [[2, 1], [2, 0], [0, 1], [4], [3], []]
    assert found_first([found], [ZOO]) == 1


@pytest.mark.parametrize("make", OURS)
def test_every_ranker_knows_a_twin_of_the_same_words(make):
    ranker = make([*ZOO, Asked(70, "zoo", "1", "The wombat: who feeds it?", "a")])

    assert ranker.order(0)[0] == 6
    assert ranker.alike(0, 6) == pytest.approx(ranker.alike(6, 0))
    assert 0 <= ranker.alike(0, 5) < ranker.alike(0, 6) <= 1.000001


def test_an_answer_leads_to_a_twin_of_other_words():
    questions = [
        *ZOO[:3],
        Asked(40, "zoo", "2", "Is the essay late?", "b"),
        Asked(50, "zoo", "3", "Essay deadline", "b"),
    ]
    questions.append(Asked(60, "zoo", "3", "Is the essay long?", ""))

    answered = [
        replace(asked, answer="Whoever is late loses a point." * (asked.id == 50)) for asked in questions
    ]
    assert ours(answered).order(3)[0] == 4
    assert ours_without_answers(answered).order(3) == ours(questions).order(3)


def test_the_module_is_a_hint():
    questions = [
        Asked(1, "zoo", "2", "Which paint is for the fence?", ""),
        Asked(2, "zoo", "1", "Paint of the fence, blue", ""),
        Asked(3, "zoo", "2", "Paint of the fence, grey", ""),
    ]

    assert ours(questions).order(0) == [2, 1]
    assert ours([replace(asked, module="1") for asked in questions]).order(0) == [1, 2]
