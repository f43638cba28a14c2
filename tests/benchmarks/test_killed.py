"""The figures of `make bench-kill` can say that something was lost, and that something came twice."""

from email.message import EmailMessage

from benchmarks.killed import tally


def mail(subject: str, message_id: str) -> EmailMessage:
    written = EmailMessage()
    written["Subject"], written["Message-ID"] = subject, message_id
    return written


def test_tally_tells_what_was_lost_from_what_came_again_and_what_came_twice() -> None:
    arrived = [
        mail("Ana", "<1>"),
        mail("Bruno", "<2>"),
        mail("Bruno", "<2>"),
        mail("Chidi", "<3>"),
        mail("Chidi", "<4>"),
    ]
    told = tally(["Ana", "Bruno", "Chidi", "Dalia"], [*arrived, mail("Somebody else", "<5>")])
    assert (told.told, told.again, told.lost, told.twice) == (3, 1, ["Dalia"], ["Chidi"])
