#!/usr/bin/env bash
# Installs or upgrades the agent or the cloud as a systemd service on Debian or Raspberry Pi OS. Run as root.
#   install.sh gateway --id ID --site SITE --kafka HOST:PORT [--asset ASSET]
#   install.sh cloud --kafka HOST:PORT
# The options make the first configuration in /etc/edge-gateway; an existing one is kept and they may be left out.
#   --from FOLDER    takes published files from there instead of building them with the .NET SDK
#   --destdir DIR    installs below DIR (an image, a test): makes no users and starts nothing
set -euo pipefail
umask 022 # the service's own user reads what root installs
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
usage() { sed -n '2,7s/^# //p' "$0" >&2; exit 2; }

what=${1:-}; shift || usage
id='' site='' asset='' kafka='' from='' destdir=''
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || usage
  case "$1" in
    --id) id=$2 ;;
    --site) site=$2 ;;
    --asset) asset=$2 ;;
    --kafka) kafka=$2 ;;
    --from) from=$2 ;;
    --destdir) destdir=${2%/} ;;
    *) usage ;;
  esac
  shift 2
done

case "$what" in
  gateway) service=edge-gateway project=edge/EdgeGateway.Agent needed=(id site kafka) ;;
  cloud) service=edge-cloud project=cloud/EdgeGateway.Cloud needed=(kafka) ;;
  *) usage ;;
esac
program=$destdir/opt/edge-gateway/$what
settings=$destdir/etc/edge-gateway
config=$settings/$what.json

if [ -z "$destdir" ] && [ "$(id -u)" -ne 0 ]; then
  echo "install.sh: run as root (sudo $0 …)" >&2
  exit 1
fi
for name in id site asset kafka; do
  if [[ ! ${!name} =~ ^[A-Za-z0-9._:,-]*$ ]]; then
    echo "install.sh: --$name may hold letters, digits and . _ : , - only" >&2
    exit 2
  fi
done
if [ ! -e "$config" ]; then
  for name in "${needed[@]}"; do
    [ -n "${!name}" ] || { echo "install.sh: there is no $config yet, so --$name is needed" >&2; exit 2; }
  done
fi

# The new files are complete before the old ones go.
rm -rf "$program.new"
mkdir -p "$program.new" "$settings" "$destdir/var/lib/$service"
if [ -n "$from" ]; then
  cp -a "$from/." "$program.new/"
else
  dotnet publish "$here/../$project" -c Release --nologo -v quiet -o "$program.new"
fi
chmod -R u=rwX,go=rX "$program.new"
[ -x "$program.new/$service" ] || { echo "install.sh: no $service in ${from:-what was built}" >&2; exit 1; }

if [ -z "$destdir" ]; then
  getent passwd "$service" >/dev/null || useradd --system --user-group --home-dir "/var/lib/$service" --shell /usr/sbin/nologin "$service"
fi

write_gateway_config() {
  local asset_json=null
  [ -z "$asset" ] || asset_json="\"$asset\""
  cat <<JSON
{
  "gateway": { "id": "$id", "site": "$site", "asset": $asset_json },
  "mqtt": { "host": "127.0.0.1", "port": 1883 },
  "uplink": { "bootstrapServers": "$kafka" },
  "buffer": { "path": "/var/lib/edge-gateway/buffer.db", "maxBytes": 2147483648, "reserveBytes": 67108864 },
  "web": { "listen": "http://0.0.0.0:8080" },
  "profiles": {},
  "devices": []
}
JSON
}

write_cloud_config() {
  cat <<JSON
{
  "kafka": { "bootstrapServers": "$kafka", "groupId": "edge-cloud" },
  "database": "sqlite:/var/lib/edge-cloud/cloud.db",
  "web": { "listen": "http://0.0.0.0:8090" },
  "profiles": {},
  "lowStock": { "default": 100, "bySku": {} },
  "notify": [],
  "users": "/var/lib/edge-cloud/users.json"
}
JSON
}

[ -e "$config" ] || "write_${what}_config" > "$config"
units=$destdir/etc/systemd/system
mkdir -p "$units"
install -m 644 "$here/systemd/$service.service" "$units/"
if [ "$what" = gateway ]; then
  # systemd refuses to start a service whose supplementary group does not exist, so only those that do are named.
  groups=()
  for group in gpio dialout input i2c; do
    if getent group "$group" >/dev/null; then groups+=("$group"); fi
  done
  mkdir -p "$units/$service.service.d"
  printf '# Written by install.sh: the device groups of this machine.\n[Service]\nSupplementaryGroups=%s\n' "${groups[*]}" > "$units/$service.service.d/devices.conf"
fi

rm -rf "$program.old"
[ ! -e "$program" ] || mv "$program" "$program.old"
mv "$program.new" "$program"
rm -rf "$program.old"
install -m 644 "$here/../README.md" "$destdir/opt/edge-gateway/"
mkdir -p "$destdir/usr/local/bin"
ln -sfn "/opt/edge-gateway/$what/$service" "$destdir/usr/local/bin/$service"

if [ -n "$destdir" ]; then
  echo "install.sh: $service lies below $destdir; its user '$service' has to be made there"
  exit 0
fi
# The agent changes its configuration in this folder; the cloud only reads its own file.
if [ "$what" = gateway ]; then
  chown root:edge-gateway "$settings"
  chmod 2775 "$settings"
  chown edge-gateway:edge-gateway "$config"
else
  chown root:edge-cloud "$config"
fi
chmod 640 "$config"
chown "$service:$service" "/var/lib/$service"
chmod 750 "/var/lib/$service"
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl enable --quiet "$service"
  systemctl restart "$service"
  echo "install.sh: $service runs; its log: journalctl -u $service"
else
  echo "install.sh: $service is installed; systemd does not run here, so it was not started"
fi
