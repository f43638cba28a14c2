#!/bin/sh
# Build the image, run it, kill it, upgrade it and go back, on a machine that has buildah but no container engine: as
# root, `tests/image/play.sh BASE` with the name of an image of Debian (trixie or newer) that buildah has, and that
# trusts where packages come from. Takes some minutes. With DATABASE_URL, an empty database of PostgreSQL, by TCP, of a
# role that may make another one, it plays that after SQLite.
# It runs as compose.yaml says: the root read-only, /tmp a tmpfs, no capabilities, no new privileges, and bin/serve the
# first of processes of its own. Nothing limits what it takes, and HEALTHCHECK is asked by this script.
set -eu
cd "$(dirname "$0")/../.."
base=$1
port=${PORT:-8731}
export BUILDAH_ISOLATION=chroot
image=localhost/trefoil-played
folder=$(mktemp -d)
log=/dev/null
containers=
runs=
# An argument a variable, as `docker run --env` takes them.
variables="SECRET_KEY=$(python3 -c 'import secrets; print(secrets.token_urlsafe(64))') ALLOWED_HOSTS=127.0.0.1 HTTPS=0
 BIND=127.0.0.1:$port LINK_CHECKS=0 PATH=/usr/local/bin:/usr/bin:/bin"

say() {
    echo "$(date +%T) $1"
}

fail() {
    echo "FAILED: $1" >&2
    tail -20 "$log" >&2
    exit 1
}

# No more than this machine gives.
limit() {
    awk -v what="$1" 'index($0, what) { print $(NF - 2) ":" $(NF - 1) }' /proc/self/limits
}

# shellcheck disable=SC2016 # of the shell that runs it
inside='mount --bind "$1" "$1"
mount --bind "$2" "$1/srv/trefoil/var"
mount -t tmpfs -o mode=1777 tmp "$1/tmp"
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -o remount,bind,ro "$1"
cd "$1"
shift 2
exec chroot . setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
    env -i --chdir=/srv/trefoil "$@"'

# In the files at $root, with variables before the command.
run() {
    # shellcheck disable=SC2086 # arguments
    exec unshare --mount --pid --fork --kill-child sh -euc "$inside" inside "$root" "$var" \
        $variables "DATABASE_URL=$database" "$@"
}

# What is started from now on is of this image.
take() {
    container=$(buildah from --pull-never "$1")
    containers="$containers $container"
    root=$(buildah mount "$container")
}

start() {
    run "$@" bin/serve all >> "$log" 2>&1 &
    runs=$!
}

answers() {
    for _ in $(seq 900); do
        [ "$(curl -s "http://127.0.0.1:$port/$1")" = ok ] && return
        sleep 0.2
    done
    fail "$1 does not answer"
}

stop() {
    pkill "-$1" -P "$runs"
    wait "$runs" || true
}

refuses() {
    start
    wait "$runs" && fail "It starts."
    grep "$1" "$log" || fail "It does not say: $1"
}

# From nothing to running and back, on the database at this address.
play() {
    database=$1
    var=$(mktemp -d "$folder/XXXX")
    chown 10001 "$var"
    # Of its own: what the play before said is no answer here.
    log=$var.log
    say "Run it on ${database%%:*} …"
    take "$image"
    start
    answers healthz
    answers readyz
    grep "Trefoil .*, commit" "$log" || fail "It does not say its commit."
    (run sh -c 'touch /srv/trefoil/here' 2> /dev/null) && fail "The root can be written."
    file=$var/trefoil.sqlite3
    [ ! -e "$file" ] || [ "$(stat -c %a:%u "$file")" = 600:10001 ] || fail "The database is not its user's alone."

    say "Kill it …"
    stop KILL
    start
    answers readyz
    stop TERM

    say "Upgrade it …"
    take "$image"
    cat > "$root/srv/trefoil/courses/migrations/9999_newer.py" << MIGRATION
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("courses", "$latest")]
    operations = [migrations.RunSQL("CREATE TABLE newer (id integer)", "DROP TABLE newer")]
MIGRATION
    somebody="from people.models import User; User.objects.create_user('ana@example.com', name='Ana')"
    (run bin/production manage.py shell --no-imports -c "$somebody")
    refuses "The database is older than the code"
    start MIGRATE=1
    answers readyz
    stop TERM

    say "Go back …"
    take "$image"
    refuses "The database is newer than this code"
    backup=$(basename "$var"/backups/before-migrating-*)
    restored=/srv/trefoil/var/restored.sqlite3
    if [ ! -e "$file" ]; then
        restored=trefoil_restored
        (run createdb --maintenance-db="$database" "$restored")
    fi
    (run bin/production manage.py restore "var/backups/$backup" --to "$restored")
    database=${database%/*}/${restored##*/}
    start
    answers readyz
    stop TERM
}

# shellcheck disable=SC2086 # names
trap 'kill -KILL $runs 2> /dev/null; buildah rm $containers > /dev/null; rm -rf "$folder"' EXIT

say "Build it …"
# shellcheck disable=SC2086 # arguments
buildah bud --quiet --ulimit "nproc=$(limit processes)" --ulimit "nofile=$(limit 'open files')" --format docker \
    --build-arg FROM="$base" --build-arg COMMIT="$(git rev-parse HEAD)" ${BUILD_ARGS:-} --tag "$image" . > /dev/null
# What is asked as HEALTHCHECK, and as whom it runs.
buildah inspect --type image --format '{{.Docker.Config.User}} {{.Docker.Config.Healthcheck}}{{"\n"}}' "$image"
latest=$(basename "$(find courses/migrations -name '0*.py' | sort | tail -1)" .py)
play sqlite:////srv/trefoil/var/trefoil.sqlite3
[ -z "${DATABASE_URL:-}" ] || play "$DATABASE_URL"
say "All of it was played."
