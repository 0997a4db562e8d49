#!/usr/bin/env bash
# Removes the service that install.sh made. Run as root.
#   uninstall.sh gateway|cloud [--purge] [--destdir DIR]
# Keeps configuration, logs and state (the agent's buffer may hold events that Kafka does not have yet); --purge removes them too.
set -euo pipefail
usage() { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }

what=${1:-}; shift || usage
purge=false destdir=''
while [ $# -gt 0 ]; do
  case "$1" in
    --purge) purge=true; shift ;;
    --destdir) [ $# -ge 2 ] || usage; destdir=${2%/}; shift 2 ;;
    *) usage ;;
  esac
done
case "$what" in
  gateway) service=edge-gateway ;;
  cloud) service=edge-cloud ;;
  *) usage ;;
esac
if [ -z "$destdir" ] && [ "$(id -u)" -ne 0 ]; then
  echo "uninstall.sh: run as root (sudo $0 …)" >&2
  exit 1
fi

if [ -z "$destdir" ] && [ -d /run/systemd/system ]; then
  systemctl disable --quiet --now "$service" 2>/dev/null || true # may be gone already
fi
rm -rf "$destdir/etc/systemd/system/$service.service" "$destdir/etc/systemd/system/$service.service.d" \
  "$destdir/opt/edge-gateway/$what" "$destdir/usr/local/bin/$service"
if [ -z "$destdir" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi

if ! $purge; then
  echo "uninstall.sh: kept $destdir/etc/edge-gateway/$what.json and $destdir/var/lib/$service (with --purge they go too)"
  exit 0
fi
rm -rf "$destdir/etc/edge-gateway/$what.json" "$destdir/var/lib/$service" "$destdir/var/log/$service"
rmdir --ignore-fail-on-non-empty "$destdir/etc/edge-gateway" 2>/dev/null || true # the other service may use it
if [ -z "$destdir" ] && getent passwd "$service" >/dev/null; then userdel "$service"; fi
