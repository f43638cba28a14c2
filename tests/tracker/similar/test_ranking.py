from tracker.similar import Text, rank


def test_other_forms_of_the_same_words_come_first():
    asked = Text(1, "How do I install the packages of the course?")
    others = [
        Text(2, "When is the homework due?"),
        Text(3, "Installation of a course package fails"),
        Text(4, "Who is my mentor?"),
    ]

    assert [found.id for found in rank(asked, others)] == [3]
