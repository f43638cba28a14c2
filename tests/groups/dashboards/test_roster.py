from groups.dashboards.roster import checked_roster
from people.models import User
from tests.conftest import NOW, Cast
from tests.factories.people import UserFactory


def test_checked_roster_sorts_the_lines_out(cast: Cast) -> None:
    UserFactory.create(name="Gus Lind", email="Gus@example.com", last_login=NOW)
    UserFactory.create(name="Jun Park", email="jun@example.com")
    User.objects.filter(pk=cast.zoe.pk).update(is_active=False)
    roster = checked_roster(
        cast.cohort,
        "Hana Mori <hana@example.com>\nGustav <gus@example.com>\tclover\nANA@example.com\nnobody@example.com\n"
        "Zoe <zoe@example.com>\nIvo Petrov; ivo@example..com\njun@example.com",
    )
    assert [(entry.name, entry.line.email, entry.line.group, entry.status) for entry in roster.good] == [
        ("Hana Mori", "hana@example.com", "", "new, gets an invitation"),
        ("Gus Lind", "gus@example.com", "Clover", "has an account"),
        ("Jun Park", "jun@example.com", "", "has an account, not signed in yet"),
    ]
    assert [(entry.name, entry.status) for entry in roster.enrolled] == [("Ana Ruivo", "is already enrolled")]
    assert [(line.number, line.problem) for line in roster.bad] == [
        (4, "no name"),
        (5, "the account of Zoe Lind is disabled; ask an operator"),
        (6, "“ivo@example..com” is not an e-mail address"),
    ]


def test_checked_roster_takes_three_queries_however_long(cast: Cast, django_assert_num_queries) -> None:
    for count in (1, 30):
        text = "ana@example.com\n" + "\n".join(f"Person {n} <p{n}@example.com>" for n in range(count))
        with django_assert_num_queries(3):
            roster = checked_roster(cast.cohort, text)
        assert len(roster.good) == count


def test_checked_roster_of_nothing_is_empty(cast: Cast) -> None:
    assert checked_roster(cast.cohort, " \n\n").is_empty
