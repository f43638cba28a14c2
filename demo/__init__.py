"""The demo: a course, two cohorts and their people, replayed day by day until today.

The files in `content/` describe the course, the people, and for each cohort (`past`, `now`) its groups, progress,
check-ins, questions, code reviews and material. Dates are a week and weekday of the cohort, or days before today.
One module for each kind of file turns its rows into events. `loading` runs them in order of time, with the same
actions as the pages.
"""
