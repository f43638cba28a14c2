from django.urls import include, path

from sheets.views import exports, import_work, imports

app_name = "sheets"

export_urls = [
    path("", exports.export, name="export"),
    path("csv/<slug:kind>/", exports.export_csv, name="export-csv"),
    path("workbooks/", exports.export_workbooks, name="export-workbooks"),
    path("workbooks/work/", exports.export_work, name="export-work"),
    path("addresses/<int:address_id>/remove/", exports.sheet_address_remove, name="sheet-address-remove"),
]

cohort_import_urls = [
    path("", imports.import_list, name="import-list"),
    path("<slug:kind>/", imports.import_give, name="import-give"),
]

course_import_urls = [
    path("", imports.course_import_list, name="course-import-list"),
    path("<slug:kind>/", imports.course_import_give, name="course-import-give"),
]

import_urls = [
    path("", imports.import_detail, name="import-detail"),
    path("tabs/", imports.import_tabs, name="import-tabs"),
    path("confirm/", imports.import_confirm, name="import-confirm"),
    path("days/", imports.import_days, name="import-days"),
    path("delete/", imports.import_delete, name="import-delete"),
    path("undo/", imports.import_undo, name="import-undo"),
    path("read/", imports.import_read, name="import-read"),
    path("work/", import_work.import_work, name="import-work"),
    path("work/cancel/", import_work.import_cancel, name="import-cancel"),
]

urlpatterns = [
    path("cohorts/<int:cohort_id>/export/", include(export_urls)),
    path("cohorts/<int:cohort_id>/imports/", include(cohort_import_urls)),
    path("courses/<slug:slug>/imports/", include(course_import_urls)),
    path("groups/<int:group_id>/workbook/", exports.export_workbook, name="export-workbook"),
    path("imports/<int:import_id>/", include(import_urls)),
    # lib.log_lines keeps the key out of the log.
    path("spreadsheet/<str:key>/trefoil.csv", exports.sheet_csv, name="sheet-csv"),
]
