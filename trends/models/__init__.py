from trends.models.summary import CourseSummary

__all__ = ["CourseSummary"]
