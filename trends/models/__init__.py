from trends.models.summary import AskSummary, CourseSummary, StudentSummary

__all__ = ["AskSummary", "CourseSummary", "StudentSummary"]
