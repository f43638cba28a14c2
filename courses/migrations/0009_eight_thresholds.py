from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import migrations, models
from django.utils import timezone

# What was a setting of the course: how it was called, its default, and what holds in every course from now on.
NOW_THE_SAME = {
    "behind_hours_share": ("far behind at (percent of planned hours overdue)", 25, "25"),
    "ahead_days": ("counts as early if done more than (days) before it is due", 7, "7"),
    "ahead_count": ("ahead at (milestones done early)", 2, "2"),
    "low_in_a_row": ("confidence low times running", 3, "3"),
    "spread_count": ("group too far apart at (milestones)", 2, "2"),
    "question_open_days": ("question overdue after (days)", 3, "the promise: {question_days} weekdays"),
    "flagged_share": ("warn if more students are flagged than (percent)", 20, "20"),
}
BODY = """\
{course} set these limits of attention by itself. From now on they are the same in every course:

{lines}

The other thresholds of {course} stay as they are:
{link}
"""


def tell_admins(apps, schema_editor):
    """Write one mail to each course admin of a course that had changed what is no setting any more."""
    courses, messages = apps.get_model("courses", "Course").objects, apps.get_model("people", "Message").objects
    now = timezone.now()
    for course in courses.filter(archived_at=None).order_by("pk"):
        changed = [
            f"- {label}: {now_is.format(question_days=course.question_days)}, it was {getattr(course, name)}"
            for name, (label, default, now_is) in NOW_THE_SAME.items()
            if getattr(course, name) != default
        ]
        if not changed:
            continue
        body = BODY.format(
            course=course.title,
            lines="\n".join(changed),
            link=f"{settings.SITE_URL}/courses/{course.slug}/thresholds/",
        )
        for admin in course.admins.filter(person__is_active=True).select_related("person").order_by("pk"):
            messages.create(
                recipient=admin.person,
                kind="account",
                address=admin.person.email,
                subject=f"{course.title}: what calls for attention"[:300],
                body=body,
                made_at=now,
                due_at=now,
                try_at=now,
            )


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0008_has_code_reviews"),
        ("people", "0011_message_to_channel"),
    ]

    operations = [
        migrations.RunPython(tell_admins, migrations.RunPython.noop, elidable=True),
        *(migrations.RemoveField("course", name) for name in NOW_THE_SAME),
        migrations.AlterField(
            "course",
            "question_days",
            models.PositiveSmallIntegerField(
                default=3,
                validators=[MinValueValidator(1)],
                verbose_name="a question is promised an answer within (weekdays)",
            ),
        ),
    ]
