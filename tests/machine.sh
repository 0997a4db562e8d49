#!/usr/bin/env bash
# Installs the agent on a fresh Debian 12 under systemd, in a virtual machine, and pulls that machine's plug under load.
#   tests/machine.sh [PULLS]    5 unless told; run as root; a quarter of an hour where KVM does not work
# Needs debootstrap, qemu-system-x86 and openssh-client besides what tests/run.sh needs; changes nothing on this machine
# but EDGE_MACHINE_CACHE (default /var/tmp/edge-gateway-machine), the bare Debian that a second run starts from.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=deploy/lib/common.sh
. deploy/lib/common.sh
PATH=$PATH:/usr/sbin:/sbin
pulls=${1:-5}
cache=${EDGE_MACHINE_CACHE:-/var/tmp/edge-gateway-machine}

[ "$(id -u)" -eq 0 ] || { echo "machine.sh: run as root: debootstrap makes device files" >&2; exit 2; }
for command in debootstrap qemu-system-x86_64 qemu-img ssh; do
  command -v $command >/dev/null || { echo "machine.sh: $command is missing: apt-get install debootstrap qemu-system-x86 qemu-utils openssh-client" >&2; exit 2; }
done

state=$(mktemp -d)
export EDGE_MACHINE_RUN=$$.$RANDOM$RANDOM
clean_up() {
  signal_marked KILL "EDGE_MACHINE_RUN=$EDGE_MACHINE_RUN"
  rm -rf "$state"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

fail() { echo "machine.sh: $*" >&2; exit 1; }
seen() { echo "$(date -u +%T) seen: $*"; }

make_debian() {
  local tree=$cache/tree dotnet
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  rm -rf "$cache"; mkdir -p "$cache"
  debootstrap --variant=minbase --include=systemd,systemd-sysv,udev,dbus,kmod,linux-image-amd64,ifupdown,isc-dhcp-client,iproute2,openssh-server,ca-certificates,libicu72,curl,librdkafka1,libsqlite3-0 \
    bookworm "$tree" > "$cache/debootstrap.log" 2>&1 || { tail -n 5 "$cache/debootstrap.log" >&2; return 1; }
  mkdir -p "$tree/usr/share/dotnet"
  cp -a "$dotnet/dotnet" "$dotnet/host" "$dotnet/shared" "$tree/usr/share/dotnet/"
  echo '/dev/vda / ext4 defaults 0 1' > "$tree/etc/fstab"
  printf 'auto lo\niface lo inet loopback\nauto eth0\niface eth0 inet dhcp\n' > "$tree/etc/network/interfaces"
  ssh-keygen -q -t ed25519 -N '' -f "$cache/key"
  install -D -m 600 "$cache/key.pub" "$tree/root/.ssh/authorized_keys"
  cp "$tree"/boot/vmlinuz-* "$cache/vmlinuz"
  cp "$tree"/boot/initrd.img-* "$cache/initrd"
  truncate -s 8G "$cache/debian.img.new"
  mkfs.ext4 -q -F -d "$tree" "$cache/debian.img.new"
  rm -rf "$tree"
  mv "$cache/debian.img.new" "$cache/debian.img"
}

inside() {
  ssh -i "$cache/key" -p "$ssh_port" -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=30 -o LogLevel=ERROR root@127.0.0.1 "$@"
}

# Nested KVM that cannot run a kernel exists, so emulation it is unless one asks for KVM.
power_on() {
  local accelerate=(-accel "tcg,thread=multi" -cpu max)
  [ -z "${EDGE_MACHINE_KVM:-}" ] || accelerate=(-accel kvm -cpu host)
  qemu-system-x86_64 "${accelerate[@]}" -smp 2 -m 2048 -display none -serial "file:$state/console" -no-reboot \
    -kernel "$cache/vmlinuz" -initrd "$cache/initrd" -append "root=/dev/vda rw console=ttyS0 net.ifnames=0" \
    -drive "file=$state/disk.qcow2,if=virtio,format=qcow2,cache=none" -device virtio-net-pci,netdev=net,romfile= \
    -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$ssh_port-:22" < /dev/null > "$state/qemu.log" 2>&1 &
  machine=$!
  disown
  wait_until 600 "ssh into the machine" inside true || { tail -n 5 "$state/qemu.log" "$state/console" >&2; return 1; }
}
is_off() { ! kill -0 "$machine"; }

runs() { inside "systemctl is-active --quiet edge-gateway && curl -fsS http://127.0.0.1:8080/healthz"; }
restarts() { inside systemctl show -P NRestarts edge-gateway; }

[ -e "$cache/debian.img" ] || make_debian
dotnet publish edge/EdgeGateway.Agent -c Release --nologo -v quiet -nodeReuse:false -p:UseSharedCompilation=false -o "$state/published" >&2
dotnet build tests/EdgeGateway.KafkaEmulator -c Release --nologo -v quiet -nodeReuse:false -p:UseSharedCompilation=false >&2
qemu-img create -q -f qcow2 -b "$cache/debian.img" -F raw "$state/disk.qcow2"
{ read -r ssh_port; read -r mqtt_port; } < <(free_ports 2)

deploy/lib/kafka.sh run "$state/kafka" &
kafka=$(deploy/lib/kafka.sh wait "$state/kafka")
kafka_port=${kafka##*:}
printf 'user root\npersistence false\nmax_queued_messages 0\nallow_anonymous true\nlistener %s 127.0.0.1\n' "$mqtt_port" > "$state/mosquitto.conf"
mosquitto -c "$state/mosquitto.conf" 2> "$state/mosquitto.log" &

power_on
tar -C "$root" -cf - deploy README.md | inside 'mkdir -p /srv/edge && tar -C /srv/edge -xf -'
tar -C "$state" -cf - published | inside 'tar -C /srv -xf -'
# The broker and Kafka stay outside: they must not lose what the plug takes away. Inside they are where a gateway expects them.
for port in "$mqtt_port" "$kafka_port"; do
  inside "cat > /etc/systemd/system/outside-$port.socket" <<< "$(printf '[Socket]\nListenStream=127.0.0.1:%s\n[Install]\nWantedBy=sockets.target' "$port")"
  inside "cat > /etc/systemd/system/outside-$port.service" <<< "$(printf '[Service]\nExecStart=/lib/systemd/systemd-socket-proxyd 10.0.2.2:%s' "$port")"
  inside "systemctl enable --quiet --now outside-$port.socket"
done

inside "umask 077; /srv/edge/deploy/install.sh gateway --id gw-1 --site store-1 --kafka $kafka --from /srv/published"
wait_until 120 "the installed service" runs
inside "journalctl -u edge-gateway -o cat" > "$state/journal"
grep -q 'one-time code' "$state/journal" || fail "no one-time code in the journal"
inside 'test "$(stat -c %U:%a /etc/edge-gateway/gateway.json /var/lib/edge-gateway | tr "\n" " ")" = "edge-gateway:640 edge-gateway:750 "' || fail "modes are not what they should be"
inside 'test "$(ps -o user= -p $(systemctl show -P MainPID edge-gateway))" = edge-gateway' || fail "it does not run as its own user"
seen "install.sh on a fresh Debian: active, healthy, a user of its own, code in the journal"

inside "sed -i -e 's/\"port\": 1883/\"port\": $mqtt_port/' -e 's/\"devices\": \[\]/\"clock\": { \"assume\": \"ntp\" }, \"devices\": [ { \"id\": \"probe\", \"driver\": \"mqtt\", \"topic\": \"probes\/1\", \"format\": \"number\" } ]/' /etc/edge-gateway/gateway.json && edge-gateway check --config /etc/edge-gateway/gateway.json && systemctl restart edge-gateway"
wait_until 120 "the service with a probe" runs
before=$(restarts)
inside 'kill -KILL $(systemctl show -P MainPID edge-gateway)'
more_restarts() { [ "$(restarts)" -gt "$before" ] && runs; }
wait_until 120 "a restart after SIGKILL" more_restarts
before=$(restarts)
inside 'kill -STOP $(systemctl show -P MainPID edge-gateway)'
wait_until 240 "a restart by the watchdog" more_restarts
inside "journalctl -u edge-gateway -o cat" | grep -q "Failed with result 'watchdog'" || fail "it was not the watchdog"
seen "systemd restarts it after SIGKILL, and by its watchdog when it hangs"

# Three decimals make every reading's value its own number.
readings=$((4000 * pulls))
seq 1 "$readings" | awk '{ printf "%.3f\n", $1 / 1000; if ($1 % 10 == 0) { fflush(); system("sleep 0.1") } }' |
  mosquitto_pub -p "$mqtt_port" -q 1 -t probes/1 -l &
publisher=$!
for pull in $(seq "$pulls"); do
  sleep $((5 + RANDOM % 15)) # under load, at a moment nobody chose
  kill -KILL "$machine"
  wait_until 10 "the end of the machine" is_off
  seen "plug pulled ($pull)"
  power_on
  wait_until 400 "the service after the power came back" runs
done
wait "$publisher"

arrived() { kcat -C -q -e -b "$kafka" -t gateway.temperature -f '%s\n' > "$state/records" && grep -o '"celsius":[0-9.]*' "$state/records" | sort -u | wc -l; }
all_arrived() { [ "$(arrived)" -eq "$readings" ]; }
wait_until 300 "every reading in Kafka" all_arrived || fail "$(arrived) of $readings readings arrived"
numbers=$(grep -o '"store":"[^"]*","seq":[0-9]*' "$state/records" | sort -u | wc -l)
[ "$(grep -o '"store":"[^"]*"' "$state/records" | sort -u | wc -l)" -eq 1 ] || fail "the buffer was replaced"
seen "$pulls pulled plugs: all $readings readings arrived, under $numbers numbers of one store"

inside "/srv/edge/deploy/uninstall.sh gateway && test -s /var/lib/edge-gateway/buffer.db && test -s /etc/edge-gateway/gateway.json && ! systemctl cat edge-gateway 2>/dev/null"
inside "/srv/edge/deploy/uninstall.sh gateway --purge && test ! -e /var/lib/edge-gateway && ! getent passwd edge-gateway"
seen "uninstall.sh keeps buffer and configuration; --purge removes them and the user"
