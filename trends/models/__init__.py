from trends.models.tally import AskTally, StudentTally, TopicTally, TopicTotal

__all__ = [
    "AskTally",
    "StudentTally",
    "TopicTally",
    "TopicTotal",
]
