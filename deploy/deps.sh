#!/bin/sh
# Installs what `make peers`, `make bench` and `make fresh` need on Debian 12: packages, then node modules.
# With CI=true the first missing part stops it; elsewhere it says what is missing and goes on.
set -u
cd "$(dirname "$0")/.." || exit 1

PACKAGES="chromium postgresql-15 postgresql-client-15 apache2 libapache2-mod-auth-openidc libapache2-mod-auth-mellon libapache2-mod-shib shibboleth-sp-utils xmlsec1 mmdebstrap libnss3-tools softhsm2 simplesamlphp php-cli php-xml php-mbstring nginx-light haproxy pcscd vsmartcard-vpcd opensc opensc-pkcs11 libpcsclite-dev swig gcc python3-dev xvfb xdotool"
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
fail() { echo "deps: $1" >&2; [ "${CI:-}" = true ] && exit 1; failed=1; }
failed=0

# Debian services must not start by themselves: the tests start their own, in their own folders.
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
command -v node >/dev/null || PACKAGES="$PACKAGES nodejs"
command -v npm >/dev/null || PACKAGES="$PACKAGES npm"
as_root apt-get update -q || fail "the package lists could not be read"
# shellcheck disable=SC2086 # a list of words
as_root apt-get install -q -y --no-install-recommends $PACKAGES || fail "a Debian package is missing"

for folder in tests/peers/node benchmarks/node; do
    (cd "$folder" && npm ci --no-audit --no-fund) || fail "a node module is missing"
done

for program in chromium apache2 mmdebstrap certutil node npm; do
    command -v "$program" >/dev/null || fail "$program is missing"
done
[ -f /usr/lib/softhsm/libsofthsm2.so ] || fail "SoftHSM is missing"
[ -x /usr/lib/postgresql/15/bin/initdb ] || fail "PostgreSQL 15 is missing"
[ -f /usr/lib/apache2/modules/mod_auth_openidc.so ] || fail "mod_auth_openidc is missing"
[ -f /usr/lib/apache2/modules/mod_auth_mellon.so ] || fail "mod_auth_mellon is missing"
[ -f /usr/lib/apache2/modules/mod_shib.so ] || fail "mod_shib is missing"
for program in /usr/sbin/nginx /usr/sbin/haproxy /usr/sbin/pcscd; do [ -x "$program" ] || fail "$program is missing"; done
for program in pkcs11-tool swig Xvfb xdotool; do command -v "$program" >/dev/null || fail "$program is missing"; done
[ -d /usr/share/simplesamlphp/www ] || fail "SimpleSAMLphp is missing"
exit "$failed"
