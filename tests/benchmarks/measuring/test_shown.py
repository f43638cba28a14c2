from benchmarks.measuring.asked import Asked
from benchmarks.measuring.shown import measure_across, measure_vague


def asked(pk: int, module: str, title: str, group: str = "", answer: str = "") -> Asked:
    return Asked(pk, "A course", module, title, group, answer)


def test_shown_and_new_are_counted_by_language():
    english = [
        asked(1, "English", "How do I install the wombatizer?", "1", "Run the installer."),
        asked(2, "English", "Where do I find my grade?", "2", "On the page of the course."),
        asked(3, "English", "Which day is the excursion?", answer="The last one."),
    ]
    others = [
        asked(4, "Portuguese", "Como instalo o wombatizer?", "1"),
        asked(5, "Portuguese", "Onde encontro a minha nota?", "2"),
        asked(6, "Portuguese", "O wombatizer é caro?"),
        asked(7, "Spanish", "¿Cuánto vale?", "2"),
        asked(8, "Spanish", "¿Llueve?"),
    ]
    only_german = [asked(9, "German", "Warum?", "1"), asked(10, "German", "Wieso?", "1")]
    portuguese, spanish = measure_across([[*english, *others], only_german])
    assert (portuguese.name, portuguese.asked, portuguese.shown[0], portuguese.new[0]) == (
        "Portuguese",
        2,
        1.0,
        1.0,
    )
    assert (spanish.name, spanish.asked, spanish.shown[0], spanish.new[0]) == ("Spanish", 1, 0.0, 0.0)


def test_a_vague_title_is_measured_as_well_as_the_one_that_names_the_error():
    questions = [
        asked(1, "1", "KeyError: OPENAI_API_KEY in the first cell", "1", "Load the dotenv file."),
        asked(2, "1", "OPENAI_API_KEY is not found", "1", "Load the dotenv file with the key."),
        asked(3, "1", "Which book do we read?"),
        asked(4, "1", "TypeError of the wombatizer"),
    ]
    title, in_detail, below = measure_vague([questions])
    assert [way.asked for way in (title, in_detail, below)] == [1, 1, 1]
    assert [way.shown[0] for way in (title, in_detail, below)] == [1.0, 1.0, 1.0]
    # The error that stands alone is offered the other one.
    assert title.new[0] == 1.0
