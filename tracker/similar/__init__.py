"""Which questions ask the same: a ranking, and topics, worked out from the words of the questions alone.

Plain values in, frozen dataclasses out; nothing here knows the database or Django. `words` reads a text, `profile`
weighs what was read, `ranking` puts candidates in order, `topics` gathers those that ask the same. No model and
nothing to install.
"""

from tracker.similar.profile import Profile, Text, profile
from tracker.similar.ranking import OFFER, Likeness, likeness, rank
from tracker.similar.topics import SAME, clusters, same_topic
from tracker.similar.words import words_to_look_for

__all__ = [
    "OFFER",
    "SAME",
    "Likeness",
    "Profile",
    "Text",
    "clusters",
    "likeness",
    "profile",
    "rank",
    "same_topic",
    "words_to_look_for",
]
