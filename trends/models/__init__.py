from trends.models.summary import (
    AskSummary,
    CourseSummary,
    QuestionSummary,
    StudentSummary,
    TopicSummary,
)

__all__ = ["AskSummary", "CourseSummary", "QuestionSummary", "StudentSummary", "TopicSummary"]
