"""Similar questions, ranked and gathered in topics by their words alone.

Pure: plain values in, frozen dataclasses out, no Django. `words` splits a text, `profile` prepares it for comparison,
`ranking` ranks candidates, `topics` compares them for topics. No language model is used.
"""

from questions.similar.looking import halves, words_to_look_for
from questions.similar.profile import LONGEST_SAID, Profile, profile
from questions.similar.ranking import OFFER, STOP, Likeness, Weights, likeness, rank
from questions.similar.rarity import rarity
from questions.similar.text import Text
from questions.similar.topics import MAYBE, SAME, Compared, Comparison

__all__ = [
    "LONGEST_SAID",
    "MAYBE",
    "OFFER",
    "SAME",
    "STOP",
    "Compared",
    "Comparison",
    "Likeness",
    "Profile",
    "Text",
    "Weights",
    "halves",
    "likeness",
    "profile",
    "rank",
    "rarity",
    "words_to_look_for",
]
