"""The headers of tabs that Trefoil exports: by the names of their columns, or in a row if they are not imported."""

from sheets.dashboards import export_rows
from sheets.understanding.records import students
from sheets.understanding.records.column import header_of

PEOPLE, PLAN, PROGRESS = (
    {column.name: column.header for column in columns}
    for columns in (students.PEOPLE, students.PLAN, students.PROGRESS)
)
CHECK_INS, STEPS, REVIEWS = map(header_of, (export_rows.CHECK_INS, export_rows.STEPS, export_rows.REVIEWS))
