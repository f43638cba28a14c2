from django.urls import include, path

from trends.views import changes, needs, pairs, questions, search, topics, trends

app_name = "trends"

course_urls = [
    path("questions/", questions.question_list, name="question-list"),
    path("topics/", topics.topic_list, name="topic-list"),
    path("topics/new/", topics.topic_new, name="topic-new"),
    path("topics/<int:topic_id>/undo/", topics.topic_undo, name="topic-undo"),
    path("trends/", trends.trends, name="trends"),
    path("trends/effects/", trends.trends_effects, name="trends-effects"),
    path("trends/asked/", questions.asked, name="asked"),
    path("trends/asked.csv", trends.trends_csv, name="trends-csv"),
    path("trends/<slug:panel>/", trends.trends_panel, name="trends-panel"),
    path("material/", needs.need_list, name="need-list"),
    path("material/new/", needs.need_new, name="need-new"),
    path("changes/", changes.change_list, name="change-list"),
    path("changes/new/", changes.change_new, name="change-new"),
]

topic_urls = [
    path("", topics.topic_detail, name="topic-detail"),
    path("rename/", topics.topic_rename, name="topic-rename"),
    path("merge/", topics.topic_merge, name="topic-merge"),
    path("pin/", topics.topic_pin, {"is_pinned": True}, name="topic-pin"),
    path("unpin/", topics.topic_pin, {"is_pinned": False}, name="topic-unpin"),
    path("questions/remove/", topics.topic_question_remove, name="topic-question-remove"),
    path("questions/add/", topics.topic_question_add, name="topic-question-add"),
    path(
        "questions/remove/undo/",
        topics.topic_move_undo,
        {"is_removal": True},
        name="topic-question-remove-undo",
    ),
    path(
        "questions/add/undo/", topics.topic_move_undo, {"is_removal": False}, name="topic-question-add-undo"
    ),
]

pair_urls = [
    path("yes/", pairs.pair_answer, {"is_same": True}, name="pair-yes"),
    path("no/", pairs.pair_answer, {"is_same": False}, name="pair-no"),
    path("yes/undo/", pairs.pair_undo, {"is_same": True}, name="pair-yes-undo"),
    path("no/undo/", pairs.pair_undo, {"is_same": False}, name="pair-no-undo"),
]

need_urls = [
    path("", needs.need_detail, name="need-detail"),
    path("owner/", needs.need_own, name="need-own"),
    path("reopen/", needs.need_reopen, name="need-reopen"),
    path("refuse/", needs.need_refuse, name="need-refuse"),
    path("meet/", needs.need_meet, name="need-meet"),
    path("remove/", needs.need_remove, name="need-remove"),
]

change_urls = [
    path("", changes.change_detail, name="change-detail"),
    path("tell/", changes.change_tell, name="change-tell"),
    path("edit/", changes.change_edit, name="change-edit"),
    path("remove/", changes.change_remove, name="change-remove"),
]

urlpatterns = [
    path("courses/<slug:slug>/", include(course_urls)),
    path("topics/<int:topic_id>/", include(topic_urls)),
    path("pairs/<int:question_id>/<int:other_id>/", include(pair_urls)),
    path("needs/<int:need_id>/", include(need_urls)),
    path("needs/notes/<int:note_id>/remove/", needs.need_note_remove, name="need-note-remove"),
    path("changes/<int:change_id>/", include(change_urls)),
    path("search/", search.search, name="search"),
    path("trends/", trends.my_trends, name="my-trends"),
    path("did-it-help/", trends.did_it_help, name="did-it-help"),
]
