#!/bin/sh
# Build the image, run it, kill it, and upgrade it, on a machine that has buildah but no container engine: as root,
# `tests/image/play.sh BASE` with the name of an image of Debian (trixie or newer) that buildah has. Takes some minutes.
# Where there is an engine, `docker compose --profile sqlite up --build` does the same.
# Without cgroups and namespaces nothing limits what runs here, and HEALTHCHECK is asked by this script.
set -eu
cd "$(dirname "$0")/../.."
base=$1
port=${PORT:-8731}
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
var=$(mktemp -d)
chown 10001 "$var"
log=$(mktemp)
image=localhost/trefoil-played
container=
# No more than this machine gives.
limit() {
    awk -v what="$1" 'index($0, what) { print $(NF - 2) ":" $(NF - 1) }' /proc/self/limits
}
limits="--ulimit nproc=$(limit processes) --ulimit nofile=$(limit 'open files')"
# An argument a variable, as `docker run --env` takes them.
variables="--env SECRET_KEY=$(python3 -c 'import secrets; print(secrets.token_urlsafe(64))')
 --env ALLOWED_HOSTS=127.0.0.1 --env HTTPS=0 --env BIND=127.0.0.1:$port --env LINK_CHECKS=0"

fail() {
    echo "FAILED: $1" >&2
    tail -20 "$log" >&2
    exit 1
}

start() {
    # shellcheck disable=SC2086 # arguments
    container=$(buildah from --pull-never $limits "$1")
    # shellcheck disable=SC2086 # arguments
    buildah run --user trefoil --volume "$var:/srv/trefoil/var" $variables ${2:-} "$container" -- bin/serve all >> "$log" 2>&1 &
    runs=$!
}

# The first process in the container.
server() {
    pgrep -u 10001 -f 'bin/serve.py all' | head -1
}

answers() {
    for _ in $(seq 900); do
        [ "$(curl -s "http://127.0.0.1:$port/$1")" = ok ] && return
        sleep 0.2
    done
    fail "$1 does not answer"
}

stop() {
    kill "-$1" "$(server)"
    wait "$runs" || true
    # In a container of an engine nothing outlives its first process; here the others finish.
    while pgrep -u 10001 > /dev/null; do sleep 0.2; done
    buildah rm "$container" > /dev/null
}

trap 'kill $(server) 2> /dev/null || true; rm -rf "$var" "$log"' EXIT

echo "Build it …"
# shellcheck disable=SC2086 # arguments
buildah bud --quiet $limits --format docker --build-arg FROM="$base" ${BUILD_ARGS:-} --tag "$image" . > /dev/null
# What is asked as HEALTHCHECK, and who may write where.
buildah inspect --type image --format '{{.Docker.Config.User}} {{.Docker.Config.Healthcheck}}' "$image"
start "$image"
answers healthz
answers readyz
echo "It runs, and is ready."
buildah run --user trefoil "$container" -- sh -c 'find / -xdev -writable ! -type l ! -path "/proc/*" ! -path "/dev/*" ! -path "/sys/*" 2> /dev/null' \
    | grep -vE '^/(tmp|var/tmp|run/lock|srv/trefoil/var)(/|$)' && fail "More than var and /tmp can be written."
[ "$(stat -c %a:%u "$var/trefoil.sqlite3")" = 600:10001 ] || fail "The database is not its user's alone."

echo "Kill it …"
stop KILL
start "$image"
answers readyz

echo "Upgrade it …"
stop TERM
latest=$(basename "$(find courses/migrations -name '0*.py' | sort | tail -1)" .py)
migration=$(mktemp)
cat > "$migration" << MIGRATION
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("courses", "$latest")]
    operations = [migrations.RunSQL("CREATE TABLE newer (id integer)", "DROP TABLE newer")]
MIGRATION
chmod 644 "$migration"
c=$(buildah from --pull-never "$image")
buildah copy --quiet "$c" "$migration" /srv/trefoil/courses/migrations/9999_newer.py > /dev/null
buildah commit --quiet "$c" "$image-newer" > /dev/null
buildah rm "$c" > /dev/null
rm "$migration"
somebody="from people.models import User; User.objects.create_user('ana@example.com', name='Ana')"
c=$(buildah from --pull-never $limits "$image")
# shellcheck disable=SC2086 # arguments
buildah run --user trefoil --volume "$var:/srv/trefoil/var" $variables "$c" -- bin/production manage.py shell --no-imports -c "$somebody"
buildah rm "$c" > /dev/null
start "$image-newer"
wait "$runs" && fail "It starts on an older database."
grep "The database is older than the code" "$log" || fail "It does not say that the database is older."
buildah rm "$container" > /dev/null
start "$image-newer" "--env MIGRATE=1"
answers readyz
ls -l "$var/backups" | grep before-migrating || fail "There is no backup."
stop TERM
start "$image"
wait "$runs" && fail "It starts on a newer database."
grep "The database is newer than the code" "$log" || fail "It does not say that the database is newer."
buildah rm "$container" > /dev/null
echo "All of it was played."
