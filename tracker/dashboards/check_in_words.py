"""What pages say of check-ins in the same words."""

from collections.abc import Sequence


def readers_words(group_name: str, mentors: Sequence[str], admins: Sequence[str]) -> str:
    """Say who reads a private note, by name."""
    of_group = f"{group_name}’s mentors{_in_brackets(mentors)}"
    of_course = f"the course admins{_in_brackets(admins)}"
    return f"Read by {of_group} and {of_course}, nobody else."


def _in_brackets(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})" if names else ""
