"""Words that stand for each other in questions about courses and computing: a line each, "+" inside a phrase.

General English and general computing. A team's own words need not be added, since rare words speak for themselves.
Lines may share words; that makes no longer chains, as only words of one line are taken for each other.
"""

from collections.abc import Sequence

from tracker.similar.words import stem

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

SYSTEMS = """
environment env
venv virtualenv virtual+environment
directory dir folder
path directory file pythonpath
repository repo
configuration configure config setting settings
install installation setup set+up
install download
remove delete uninstall erase
create make generate build
run execute start launch
stop kill terminate quit
restart reset reboot
connect connection reach
download fetch retrieve
upload send
upgrade update
newer latest recent new+version
old outdated older deprecated
version upgrade downgrade compatible incompatible
locate find where missing
show display see view look
change edit modify alter adjust
convert transform cast conversion
import load read open
export save write store
increase raise bigger expand
reduce decrease lower shrink smaller less
large big huge
slow speed performance optimize long+time takes+long forever
fast quick faster speed
memory ram
storage disk space volume
storage memory full size
full run+out running+out ran+out exceeded
quota limit limits
permission access privilege sudo root admin chmod
login log+in sign+in signin authenticate authentication auth
password passphrase
key token secret credential credentials password
command cmd
terminal shell console cli command+line prompt bash
script bash sh shell
powershell windows cmd
computer laptop pc machine
local locally localhost
localhost 127 server
mac macos osx macbook apple
m1 m2 silicon arm arm64 apple mac
windows win
linux ubuntu debian unix
wsl windows+subsystem
virtual+machine vm instance
server host instance
region zone location
port address bind
link url address
website site page webpage
browser chrome firefox
virus firewall proxy vpn network internet
ssh key pem rsa
ssl tls https
editor ide vscode vs+code visual+studio+code pycharm
background detach daemon
zip gzip gz unzip extract archive compress decompress untar tar
log logs logging
timezone utc time
gpu cuda graphics+card nvidia
cpu processor
git github gitlab commit push pull clone branch merge gitignore
docker container image dockerfile compose volume
kubernetes k8s kube kubectl pod helm minikube cluster
deploy deployment production
pipeline workflow flow
scheduler schedule cron dag
google+cloud gcp gcloud
gcp gcs bucket service+account
amazon aws amazon+web+services
aws s3 ec2 iam lambda bucket
terraform infrastructure tf
cache redis
queue topic broker consumer producer kafka
environment+variable env+variable env+file dotenv
remote ssh tunnel forward forwarding
ingress firewall port
dns domain
expired expire renew
lost gone disappear vanish
persist persistent keep save
clear clean reset
reload refresh load
ui interface gui page screen
rename name
5432 postgres
3306 mysql
22 ssh
443 https
6379 redis
27017 mongo mongodb
"""

PROGRAMMING = """
python py python3
javascript js
typescript ts
java jdk jvm jre jar maven
node nodejs npm npx yarn javascript
html css
module package library lib
module import
dependency requirement package
pip pypi wheel package
conda anaconda miniconda mamba
venv conda pipenv poetry
variable var
parameter argument param arg option flag
function method
loop iterate
string text str
integer int
number numeric numerical float decimal
date datetime timestamp
type dtype datatype
null none nan na missing
empty blank
duplicate repeated twice
copy clone
array matrix vector tensor
regex regular+expression
encoding unicode utf utf8 encode
thread threading multithreading multi+threading parallel parallelize concurrency multiprocessing
test unittest pytest
api endpoint request rest http
json yaml yml
web app application flask django fastapi gunicorn
fix resolve solve repair troubleshoot debug
notebook jupyter ipynb jupyterlab
notebook colab kernel ipykernel cell
ingest ingestion load insert import
join merge combine concat concatenate union append
groupby group+by aggregate
filter condition where
sort order sequence
max maximum largest
min minimum smallest
round decimal precision
split divide separate
list array
dictionary dict map hash
index offset position
length len size
class object instance
inherit inheritance subclass
recursion recursive
pointer reference
segfault segmentation+fault
compile compiler build
debug breakpoint
traceback stacktrace stack+trace
promise async await asynchronous
event listener handler click callback
route router routing
orm model migration migrate
template render
cookie session
backend server
driver jdbc odbc jar
"""

DATA_AND_MODELS = """
database db
database table schema sql query
postgres postgresql pg psql
postgres pgadmin pgcli psycopg2
column field attribute
row record entry
csv parquet file
dataframe data+frame df pandas
numpy np
spark pyspark rdd
bigquery bq
chart plot graph visualize visualization figure
matplotlib seaborn plot
mean average
machine+learning ml
deep+learning neural+network dl nn
artificial+intelligence ai
large+language+model llm language+model
train training fit
predict prediction inference
model classifier regressor estimator
pickle unpickle dump joblib serialize load save
scikit+learn sklearn scikit
tensorflow tf keras
pytorch torch
accuracy precision recall f1 metric
auc roc curve
rmse mse mae
overfit regularization
categorical category one+hot dummy encode
normalize scale standardize
prompt instruction
embedding vector
retrieval rag search
chunk split
count number row
stream streaming real+time
random seed shuffle reproducible reproduce
validation validate test
cross+validation fold
hyperparameter tuning tune parameter
label target class
epoch iteration
learning+rate lr
pretrained transfer+learning fine+tune finetune tuning
augment augmentation
token tokenizer
hallucinate hallucination
context window
sigmoid logistic
layer neuron network
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

LINES = tuple(
    tuple(tuple(word.split("+")) for word in line.split())
    for table in (COURSES, SYSTEMS, PROGRAMMING, DATA_AND_MODELS, TROUBLE)
    for line in table.strip().replace("\n  ", " ").splitlines()
)


def _by_stems() -> dict[str, list[tuple[tuple[str, ...], int]]]:
    found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for number, line in enumerate(LINES):
        for phrase in line:
            stems = tuple(map(stem, phrase))
            found.setdefault(stems[0], []).append((stems, number))
    return found


_BY_FIRST = _by_stems()


def is_known(stem_of_word: str) -> bool:
    """Whether a word begins something in the table: such a word is less rare than one that is nowhere."""
    return stem_of_word in _BY_FIRST


def lines_of(stems: Sequence[str]) -> list[set[int]]:
    """Return for each word of a text the numbers of the lines that it stands in, alone or with its neighbours."""
    found: list[set[int]] = [set() for _ in stems]
    for place, first in enumerate(stems):
        for phrase, number in _BY_FIRST.get(first, ()):
            end = place + len(phrase)
            if tuple(stems[place:end]) == phrase:
                for each in found[place:end]:
                    each.add(number)
    return found
