from trends.counts.opinions import Found


def test_five_people_of_two_groups_may_be_told() -> None:
    enough = Found(useful=2, confusing=2, too_long=1, groups=2, people=5)
    assert enough.may_be_told
    assert enough.share == 3 / 5
    assert not Found(confusing=6, groups=1, people=6).may_be_told
    # Four people; one of them said it twice.
    assert not Found(useful=2, confusing=2, too_long=1, groups=2, people=4).may_be_told
