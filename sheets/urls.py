from django.urls import path

from sheets.views.export_csv import export_csv
from sheets.views.export_page import export
from sheets.views.export_workbook import export_workbook, export_workbooks
from sheets.views.import_columns import import_columns
from sheets.views.import_confirm import import_confirm
from sheets.views.import_detail import import_detail
from sheets.views.import_discard import import_discard
from sheets.views.import_give import course_import_give, import_give
from sheets.views.import_list import course_import_list, import_list
from sheets.views.import_undo import import_undo
from sheets.views.import_unreadable import import_unreadable

app_name = "sheets"

urlpatterns = [
    path("cohorts/<int:cohort_id>/export/", export, name="export"),
    path("cohorts/<int:cohort_id>/export/csv/<slug:kind>/", export_csv, name="export-csv"),
    path("cohorts/<int:cohort_id>/export/workbooks/", export_workbooks, name="export-workbooks"),
    path("groups/<int:group_id>/workbook/", export_workbook, name="export-workbook"),
    path("cohorts/<int:cohort_id>/imports/", import_list, name="import-list"),
    path("cohorts/<int:cohort_id>/imports/<slug:kind>/", import_give, name="import-give"),
    path("courses/<slug:slug>/imports/", course_import_list, name="course-import-list"),
    path("courses/<slug:slug>/imports/<slug:kind>/", course_import_give, name="course-import-give"),
    path("imports/<int:import_id>/", import_detail, name="import-detail"),
    path("imports/<int:import_id>/columns/", import_columns, name="import-columns"),
    path("imports/<int:import_id>/confirm/", import_confirm, name="import-confirm"),
    path("imports/<int:import_id>/discard/", import_discard, name="import-discard"),
    path("imports/<int:import_id>/undo/", import_undo, name="import-undo"),
    path("imports/<int:import_id>/unreadable/", import_unreadable, name="import-unreadable"),
]
