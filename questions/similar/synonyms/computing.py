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
