COURSES = """
deadline due due+date late overdue extension extend postpone after
late miss missed catch+up behind
start begin launch
finish complete completed done pass
join enroll enrol enrollment register registration sign+up signup apply
leave quit withdraw drop+out
attend participate take+part
schedule calendar timetable date when
time hour week long workload duration effort
live session zoom meeting call office+hours webinar
video recording lecture recorded record watch youtube stream
certificate certification cert diploma graduate pass
homework hw assignment exercise
homework quiz test exam
submit submission hand+in turn+in send
attempt resubmit retake retry again
grade score mark point graded grading
evaluate evaluation assess assessment review peer grade
leaderboard ranking
group team
team partner teammate pair together collaborate collaboration work+together solo individual
individual alone solo on+my+own
project capstone thesis
prerequisite prerequisites background prior+knowledge need+to+know requirement
mandatory required necessary compulsory obligatory optional
recommend recommended suggest suggested suggestion advise best
book resource reading material
documentation docs doc
lesson chapter lecture unit
course bootcamp class program
cohort edition
student participant learner
mentor tutor instructor teacher
mentor help support
slack channel chat forum community telegram discord
account profile user name email
cost price fee charge billing bill pay paid payment money
free cost trial credit money
self+paced own+pace
job career interview cv resume
plagiarism cheat
language english translation translate subtitle subtitles
allow allowed permitted may
answer solution
value answer result output
question ask
example sample demo
difference differ different versus vs compare comparison
replace instead alternative substitute
match equal same identical
docs tutorial guide instruction
how+many count number total amount
wrong incorrect mismatch unexpected invalid
check verify confirm validate
deactivate suspend cancel
percent percentage ratio
"""

TROUBLE = """
error exception fail failure
crash fail break broken stop
not+working doesn+t+work does+not+work won+t+work isn+t+working stopped+working broken
warning warn deprecated
module+named module+not+found cannot+import can+t+import could+not+import import+error importerror
  module+missing missing+module
permission+denied access+denied no+permission permission+error eacces forbidden unauthorized
  not+authorized not+permitted 403 401
connection+refused could+not+connect cannot+connect can+t+connect unable+to+connect failed+to+connect
  connection+error econnrefused unreachable
no+such not+found does+not+exist doesn+t+exist cannot+find can+t+find could+not+find missing enoent 404
out+of+memory memory+error oom heap+space killed
space+left disk+full out+of+space enospc out+of+storage no+space
already+in+use already+allocated eaddrinuse port+in+use
timed+out timeout time+out hang stuck freeze frozen
command+not+found not+recognized internal+command unknown+command
syntax+error invalid+syntax parse+error syntax parse invalid
unicode+error unicode+decode can+t+decode codec
already+exists duplicate
not+supported unsupported incompatible not+compatible version+mismatch
"""
