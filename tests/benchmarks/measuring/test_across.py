from benchmarks.measuring.across import measure_across
from benchmarks.measuring.asked import Asked


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
    assert (portuguese.language, portuguese.asked, portuguese.shown[0], portuguese.new[0]) == (
        "Portuguese",
        2,
        1.0,
        1.0,
    )
    assert (spanish.language, spanish.asked, spanish.shown[0], spanish.new[0]) == ("Spanish", 1, 0.0, 0.0)
