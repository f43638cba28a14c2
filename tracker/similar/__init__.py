"""Which questions ask the same: a ranking, and topics, worked out from the words of the questions alone.

Plain values in, frozen dataclasses out; nothing here knows the database or Django. `words` reads a text, `profile`
weighs what was read, `ranking` puts candidates in order, `topics` gathers those that ask the same. No model and
nothing to install.
"""

from tracker.similar.looking import words_to_look_for
from tracker.similar.profile import Profile, profile
from tracker.similar.ranking import OFFER, Likeness, Weights, likeness, rank
from tracker.similar.text import Text
from tracker.similar.topics import SAME, clusters, same_topic

__all__ = [
    "OFFER",
    "SAME",
    "Likeness",
    "Profile",
    "Text",
    "Weights",
    "clusters",
    "likeness",
    "profile",
    "rank",
    "same_topic",
    "words_to_look_for",
]
