"""Which questions ask the same: a ranking, and topics, worked out from the words of the questions alone.

Plain values in, frozen dataclasses out; nothing here knows the database or Django. `words` reads a text, `profile`
weighs what was read, `ranking` puts candidates in order, `topics` gathers those that ask the same. No model and
nothing to install.
"""

from questions.similar.looking import words_to_look_for
from questions.similar.profile import Profile, profile
from questions.similar.ranking import OFFER, Likeness, Weights, likeness, rank
from questions.similar.text import Text
from questions.similar.topics import SAME, clusters, same_topic

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
