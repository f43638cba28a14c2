from django.urls import URLPattern, URLResolver, path

from telling.views import calendar_feeds, channels, choices, outbox

app_name = "telling"

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/calendar/", calendar_feeds.calendar_feed, name="calendar-feed"),
    path("account/calendar/remove/", calendar_feeds.calendar_feed_remove, name="calendar-feed-remove"),
    # lib.log_lines keeps the token out of the log.
    path("calendar-feed/<str:token>/trefoil.ics", calendar_feeds.calendar_ics, name="calendar-ics"),
    path("account/mails/", choices.mail_choices, name="mail-choices"),
    path("account/mails/stop/<str:token>/", choices.mail_stop, name="mail-stop"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:message_id>/again/", outbox.message_again, name="message-again"),
    path("outbox/<int:message_id>/remove/", outbox.message_remove, name="message-remove"),
    path("groups/<int:group_id>/channels/", channels.group_channels, name="group-channels"),
    path("courses/<slug:slug>/channels/", channels.course_channels, name="course-channels"),
    path("channels/<int:channel_id>/", channels.channel_edit, name="channel-edit"),
    path("channels/<int:channel_id>/try/", channels.channel_try, name="channel-try"),
    path("channels/<int:channel_id>/remove/", channels.channel_remove, name="channel-remove"),
]
