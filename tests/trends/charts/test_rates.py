from trends.charts.rates import Measured, rate_line
from trends.charts.scale import level, place, room_of_scale

POINTS = (
    Measured("Spring", 1.9, 1.4, 2.5, "1.9", "?spring"),
    Measured("Summer", 1.0, 0.5, 1.5, "1.0"),
    Measured("Autumn", None),
    Measured("Winter", 0.5),
)
LEFT = room_of_scale(rate_line(POINTS).ticks)
PLACES = tuple(place(n + 0.5, 4, LEFT) for n in range(4))


def test_line_reaches_from_dot_to_dot_and_stops_at_what_is_not_known() -> None:
    line = rate_line(POINTS)
    assert [(dot.name, dot.label, dot.url, dot.x) for dot in line.dots] == [
        ("Spring", "1.9", "?spring", PLACES[0]),
        ("Summer", "1.0", "", PLACES[1]),
        ("Winter", "", "", PLACES[3]),
    ]
    assert [(stroke.x1, stroke.x2) for stroke in line.strokes] == [PLACES[:2]]
    assert [name.is_known for name in line.names] == [True, True, False, True]


def test_scale_holds_the_intervals() -> None:
    line = rate_line(POINTS)
    assert line.ticks[-1].value == 2.5
    spring = line.dots[0]
    assert (spring.high_y, spring.low_y) == (level(2.5, 2.5), level(1.4, 2.5))
    assert spring.high_y < spring.y < spring.low_y


def test_rate_without_an_interval_is_a_dot() -> None:
    winter = rate_line(POINTS).dots[-1]
    assert winter.low_y == winter.y == winter.high_y


def test_line_of_nothing_has_its_ground() -> None:
    line = rate_line([])
    assert (line.dots, line.strokes, line.names, line.ground) == ((), (), (), level(0, 1))
    assert rate_line(POINTS[2:3]).dots == ()


def test_mark_stands_between_two_rates() -> None:
    assert rate_line(POINTS, mark_before=2).mark_x == place(2, 4, LEFT)
    assert rate_line(POINTS).mark_x is None
