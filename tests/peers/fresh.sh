#!/bin/sh
# A bare Debian 12 with git, make and Python: clones, runs `make demo`, signs in, stops it.
# The package sources, certificates and pip settings of this machine are lent to the bare one.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)

fail() { echo "fresh: $1" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "needs root, to make and enter another root"
command -v mmdebstrap >/dev/null || fail "mmdebstrap is missing: make deps"

base=$(mktemp -d -t hub-fresh.XXXXXX)
trap 'rm -rf --one-file-system "$base"' EXIT
root=$base/root

set -- /etc/apt/sources.list.d/debian.sources
[ -f "$1" ] || set -- /etc/apt/sources.list
mmdebstrap --quiet --mode=root --variant=minbase \
    --include=git,make,python3,python3-venv,ca-certificates bookworm "$root" "$@"

printf '127.0.0.1 localhost\n::1 localhost\n' > "$root/etc/hosts"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
[ ! -f /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/pip.conf"
git -C "$here" bundle create --quiet "$root/srv/hub.bundle" HEAD
cat > "$root/srv/visit.sh" <<'INSIDE'
set -eu
git -c advice.detachedHead=false clone --quiet /srv/hub.bundle /srv/hub
cd /srv/hub
exec python3 -m tests.peers.demo_visit
INSIDE

lent=$(env | grep -E '^(PIP_[A-Z_]+|[a-zA-Z_]+_(proxy|PROXY))=[^ ]+$' | grep -v '^PIP_FIND_LINKS=' || true)
# The network is this machine's, where somebody may be showing a demo: other ports than the usual.
# A process namespace of its own: whatever the demo leaves behind ends with it.
# shellcheck disable=SC2086 # a list of words
env -i HUB_DEMO_PORT=$((20000 + $$ % 10000)) HOME=/root TERM=dumb LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin $lent \
    unshare --mount --pid --fork --kill-child sh -c "
        mount -t proc proc '$root/proc'
        mount --rbind /dev '$root/dev'
        exec chroot '$root' sh /srv/visit.sh"
