"""Similar questions, ranked and gathered in topics by their words alone.

Pure: plain values in, frozen dataclasses out, no Django. `words` splits a text, `profile` prepares it for comparison,
`ranking` ranks candidates, `topics` clusters them. No language model is used.
"""

from questions.similar.looking import words_to_look_for
from questions.similar.profile import Profile, profile
from questions.similar.ranking import OFFER, Likeness, Weights, likeness, rank, rarity
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
    "rarity",
    "same_topic",
    "words_to_look_for",
]
