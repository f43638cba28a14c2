from django.urls import include, path

from trends.views.changes import (
    change_detail,
    change_edit,
    change_list,
    change_new,
    change_remove,
    change_tell,
)
from trends.views.needs import (
    need_detail,
    need_list,
    need_meet,
    need_new,
    need_note_remove,
    need_own,
    need_progress,
    need_refuse,
    need_remove,
)
from trends.views.search import search
from trends.views.topics import (
    topic_detail,
    topic_keep_out,
    topic_list,
    topic_merge,
    topic_move_undo,
    topic_pin,
    topic_question_add,
    topic_question_remove,
    topic_rename,
)
from trends.views.trends import (
    asked,
    did_it_help,
    my_trends,
    trends,
    trends_csv,
    trends_effects,
    trends_panel,
)

app_name = "trends"

course_urls = [
    path("topics/", topic_list, name="topic-list"),
    path("trends/", trends, name="trends"),
    path("trends/effects/", trends_effects, name="trends-effects"),
    path("trends/asked/", asked, name="asked"),
    path("trends/asked.csv", trends_csv, name="trends-csv"),
    path("trends/<slug:panel>/", trends_panel, name="trends-panel"),
    path("material/", need_list, name="need-list"),
    path("material/new/", need_new, name="need-new"),
    path("changes/", change_list, name="change-list"),
    path("changes/new/", change_new, name="change-new"),
]

topic_urls = [
    path("", topic_detail, name="topic-detail"),
    path("rename/", topic_rename, name="topic-rename"),
    path("merge/", topic_merge, name="topic-merge"),
    path("pin/", topic_pin, {"is_pinned": True}, name="topic-pin"),
    path("unpin/", topic_pin, {"is_pinned": False}, name="topic-unpin"),
    path("questions/remove/", topic_question_remove, name="topic-question-remove"),
    path("questions/add/", topic_question_add, name="topic-question-add"),
    path("keep-out/", topic_keep_out, name="topic-keep-out"),
    path("move/undo/", topic_move_undo, name="topic-move-undo"),
]

need_urls = [
    path("", need_detail, name="need-detail"),
    path("owner/", need_own, name="need-own"),
    path("start/", need_progress, {"state": "doing"}, name="need-start"),
    path("reopen/", need_progress, {"state": "to_do"}, name="need-reopen"),
    path("refuse/", need_refuse, name="need-refuse"),
    path("meet/", need_meet, name="need-meet"),
    path("remove/", need_remove, name="need-remove"),
]

change_urls = [
    path("", change_detail, name="change-detail"),
    path("tell/", change_tell, name="change-tell"),
    path("edit/", change_edit, name="change-edit"),
    path("remove/", change_remove, name="change-remove"),
]

urlpatterns = [
    path("courses/<slug:slug>/", include(course_urls)),
    path("topics/<int:topic_id>/", include(topic_urls)),
    path("needs/<int:need_id>/", include(need_urls)),
    path("needs/notes/<int:note_id>/remove/", need_note_remove, name="need-note-remove"),
    path("changes/<int:change_id>/", include(change_urls)),
    path("search/", search, name="search"),
    path("trends/", my_trends, name="my-trends"),
    path("did-it-help/", did_it_help, name="did-it-help"),
]
