from math import log


def rarity(holders: float, among: float) -> float:
    """Return how much a word tells that so many among so many questions have."""
    return max(log((among + 1) / (holders + 0.5)), 0.0)
