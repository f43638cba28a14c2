"""The demo: a course, two cohorts and their people, told day by day until today.

What happens stands as plain data in `content/`: the course, the people, and for each cohort (`past`, `now`) its groups,
progress, check-ins, questions, code reviews, and what was made of the questions, each dated by week and weekday of the
cohort or by how long ago it was.
`loading` reads it, makes deeds of it, and does them in the order of their time, by the same actions as the pages.
"""
