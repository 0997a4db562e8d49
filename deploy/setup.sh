#!/usr/bin/env bash
# Installs what the demo and the tests need on Debian 12 and is not there yet, as root or by sudo; without either it
# says what is missing and exits 1. Nothing to do means no apt at all. Starts no service and leaves new ones disabled:
# the demo and the tests run brokers and databases of their own.
#   setup.sh demo    what deploy/demo.sh needs (default)
#   setup.sh tests   also what only the tests need: PostgreSQL, Chromium, a C compiler, systemd-analyze
set -euo pipefail
for_tests=false
case "${1:-demo}" in
  demo) ;;
  tests) for_tests=true ;;
  *) sed -n '2,6s/^# //p' "$0" >&2; exit 2 ;;
esac
PATH=$PATH:/usr/sbin:/sbin

has_command() { command -v "$1" >/dev/null; }
has_library() { ldconfig -p | grep -F "$1 " >/dev/null; }

packages=()
need() { # need PACKAGE[,PACKAGE…] TEST…
  local names
  IFS=, read -ra names <<< "$1"; shift
  "$@" || packages+=("${names[@]}")
}

need mosquitto has_command mosquitto
need mosquitto-clients has_command mosquitto_pub
need gpsd has_command gpsd
need gpsd-clients has_command gpsfake
need librdkafka1 has_library librdkafka.so.1
need libsqlite3-0 has_library libsqlite3.so.0
need kcat has_command kcat
need curl has_command curl
need jq has_command jq
need nodejs has_command node
need npm has_command npm
need util-linux has_command setpriv
[ -z "${KAFKA_HOME:-}" ] || need openjdk-17-jre-headless has_command java
if $for_tests; then
  need postgresql,postgresql-client test -d /usr/lib/postgresql
  need chromium has_command chromium
  need gcc,libc6-dev has_command gcc
  need systemd has_command systemd-analyze
  need shellcheck has_command shellcheck
fi

if ! has_command dotnet || ! dotnet --list-sdks | grep -q '^1[0-9]\.'; then
  echo "setup.sh: the .NET 10 SDK is missing; install it first: https://learn.microsoft.com/dotnet/core/install/linux-debian" >&2
  exit 1
fi
[ ${#packages[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! has_command sudo || ! sudo -n true 2>/dev/null; then
    echo "setup.sh: missing: ${packages[*]}. Install them as root: apt-get install --no-install-recommends ${packages[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

# While this file says 101, packages that are being installed start no service.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap '"${as_root[@]}" rm -f $policy' EXIT
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
  "${as_root[@]}" chmod 755 $policy
fi

echo "setup.sh: installing ${packages[*]}" >&2
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 -qq)
{ "${apt[@]}" update && "${apt[@]}" install --no-install-recommends -y "${packages[@]}"; } >&2
for service in mosquitto.service gpsd.socket gpsd.service postgresql.service; do
  case " ${packages[*]} " in
    *" ${service%.*} "*) "${as_root[@]}" systemctl disable "$service" >/dev/null 2>&1 || true ;; # not there without systemd
  esac
done
