#!/usr/bin/env bash
# A store and a truck on this machine: simulated devices, MQTT broker, gpsd, Kafka, two gateways and the cloud.
#   demo.sh             shows it until Ctrl-C, which stops everything it started; prints the pages' addresses
#   demo.sh --check     plays the scenario once, compares what the devices sent with what arrived, prints one JSON
#                       line of counts last and exits 0 or 1
#   demo.sh --prove     as --check, then breaks things on purpose and expects the check to see each of them
# Uses the Kafka at KAFKA_BOOTSTRAP, else one from KAFKA_HOME, else the emulator inside librdkafka.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=deploy/lib/common.sh
. deploy/lib/common.sh
PATH=$PATH:/usr/sbin

mode=show
case "${1:-}" in
  "") ;;
  --check) mode=check ;;
  --prove) mode=prove ;;
  *) sed -n '2,7s/^# //p' "$0" >&2; exit 2 ;;
esac

deploy/setup.sh demo
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
if [ -z "${EDGE_DEMO_IS_BUILT:-}" ]; then
  echo "building …" >&2
  dotnet build deploy/demo/demo.slnf -c Release --nologo -v quiet -nodeReuse:false -p:UseSharedCompilation=false >&2
fi
agent=$root/edge/EdgeGateway.Agent/bin/Release/net10.0/edge-gateway
cloud=$root/cloud/EdgeGateway.Cloud/bin/Release/net10.0/edge-cloud
simulator=$root/devices/EdgeGateway.Simulator/bin/Release/net10.0/edge-simulator

started=$SECONDS
state=$(mktemp -d "${TMPDIR:-/tmp}/edge-gateway-demo.XXXXXX")
export EDGE_DEMO_RUN=$$.$RANDOM$RANDOM
outcome=1 drive_pid=''
nothing_runs() { ! grep -qzxF "EDGE_DEMO_RUN=$EDGE_DEMO_RUN" /proc/[0-9]*/environ 2>/dev/null; }
clean_up() {
  trap - EXIT
  # A second Ctrl-C must not leave half of it behind.
  trap "" INT TERM
  export -n EDGE_DEMO_RUN # from here on only what was started before is marked
  [ -z "$drive_pid" ] || kill "$drive_pid" 2>/dev/null || true # may have ended
  signal_marked TERM "EDGE_DEMO_RUN=$EDGE_DEMO_RUN"
  signal_marked CONT "EDGE_DEMO_RUN=$EDGE_DEMO_RUN" # a stopped process hears nothing before
  wait_until 5 "everything stopped at SIGTERM" nothing_runs 2>/dev/null || signal_marked KILL "EDGE_DEMO_RUN=$EDGE_DEMO_RUN"
  if [ $mode != show ] && [ $outcome -ne 0 ]; then
    echo "demo.sh: logs and journal are kept in $state" >&2
  else
    rm -rf "$state"
  fi
  exit $outcome
}
trap clean_up EXIT
trap 'outcome=130; exit' INT TERM

# With a Kafka that others use too, every run has names of its own.
suffix=''
[ -z "${KAFKA_BOOTSTRAP:-}" ] || suffix=-$(date +%H%M%S)
site=dallas$suffix store=store-dallas-1$suffix truck=truck-7$suffix

{ read -r mqtt_port; read -r gpsd_port; read -r store_port; read -r truck_port; read -r cloud_port; } < <(free_ports 5)
# The pages are where one expects them, unless somebody is there already.
if port_is_free 8080; then store_port=8080; fi
if port_is_free 8081; then truck_port=8081; fi
if port_is_free 8090; then cloud_port=8090; fi

# Disowned, so that the shell does not report the deaths that the scenario brings about.
start_kafka() { deploy/lib/kafka.sh run "$state/kafka" & kafka_pid=$!; disown; }
kafka_pid=''
if [ -n "${KAFKA_BOOTSTRAP:-}" ]; then
  kafka=$KAFKA_BOOTSTRAP
  echo "Kafka: the one at KAFKA_BOOTSTRAP ($kafka)" >&2
else
  start_kafka
  kafka=$(deploy/lib/kafka.sh wait "$state/kafka")
fi

{ [ "$(id -u)" -ne 0 ] || echo "user root"
  printf '%s\n' "persistence true" "persistence_location $state/" "max_queued_messages 0" "log_type all" "log_dest file $state/mosquitto.log" \
    "allow_anonymous true" "listener $mqtt_port 127.0.0.1"
} > "$state/mosquitto.conf"
mosquitto -c "$state/mosquitto.conf" 2>> "$state/mosquitto.err" &

for name in store truck cloud; do
  mkdir -p "$state/$name"
  sed -e "s/@STORE@/$store/; s/@TRUCK@/$truck/; s/@SITE@/$site/; s/@KAFKA@/$kafka/; s/@MQTT_PORT@/$mqtt_port/; s/@GPSD_PORT@/$gpsd_port/" \
    -e "s/@STORE_PORT@/$store_port/; s/@TRUCK_PORT@/$truck_port/; s/@CLOUD_PORT@/$cloud_port/" \
    "deploy/demo/$name.json" > "$state/$name/config.json"
done

"$cloud" topics create --config "$state/cloud/config.json" 2>> "$state/cloud/log" >&2 ||
  echo "demo.sh: topics come into being with their first record" >&2 # the emulator cannot make topics
password=$(head -c 12 /dev/urandom | base64 | tr '+/' 'ab')
echo "$password" > "$state/cloud/password"
"$cloud" user add demo --config "$state/cloud/config.json" < "$state/cloud/password" > /dev/null 2>> "$state/cloud/log"
"$cloud" run --config "$state/cloud/config.json" 2>> "$state/cloud/log" &

drive() { # the recorded drive as if it began now, again and again
  while :; do
    "$simulator" drive --recording devices/EdgeGateway.Devices/Gpsd/recordings/drive.nmea > "$state/drive.nmea"
    # Three sentences a second.
    gpsfake -1 -n -q -c 0.333 -P "$gpsd_port" "$state/drive.nmea" >> "$state/gpsfake.log" 2>&1 || return
  done
}
EDGE_DEMO_GPS=$EDGE_DEMO_RUN drive &
drive_pid=$!

start_gateway() { # start_gateway NAME: the tree below $state/NAME/root stands for / where drivers read kernel files
  EDGE_GATEWAY_ROOT=$state/$1/root "$agent" run --config "$state/$1/config.json" 2>> "$state/$1/log" &
  echo $! > "$state/$1/pid"
  disown
}
mkdir "$state/store/root"
"$simulator" plug --root "$state/truck/root"
start_gateway store
start_gateway truck

heard() { grep -q " $1\$" "$state/mosquitto.log"; }
page_answers() { curl -fsS "http://127.0.0.1:$1/healthz"; }
wait_until 60 "the cloud's page, see $state/cloud/log" page_answers "$cloud_port"
wait_until 30 "the store's page, see $state/store/log" page_answers "$store_port"
wait_until 30 "the truck's page, see $state/truck/log" page_answers "$truck_port"
for topic in probes/cold-room-1 probes/freezer-2 probes/cold-room-3 readers/portal-1 readers/portal-2 probes/reefer-air; do
  wait_until 30 "a gateway listens to $topic, see $state/mosquitto.log" heard "$topic"
done
code() { grep -o 'one-time code [A-Z0-9-]*' "$state/$1/log" | tail -n 1 | cut -d' ' -f3; }
{
  echo "store   http://127.0.0.1:$store_port   sign in with the code $(code store) (a gateway prints it to its journal)"
  echo "truck   http://127.0.0.1:$truck_port   sign in with the code $(code truck)"
  echo "cloud   http://127.0.0.1:$cloud_port   sign in as demo with the password $password"
} >&2

outage_seconds=0 kills=0
begin_outage() {
  outage_began=$SECONDS
  if [ -z "$kafka_pid" ]; then
    echo "   (this Kafka is not ours to stop: the outage is left out)" >&2
  elif [ -n "${KAFKA_HOME:-}" ]; then
    kill -KILL "$kafka_pid"
  else
    kill -STOP "$kafka_pid" # the emulator would forget everything
  fi
}
end_outage() {
  [ -n "$kafka_pid" ] || return 0
  if [ -n "${KAFKA_HOME:-}" ]; then start_kafka; else kill -CONT "$kafka_pid"; fi
  outage_seconds=$((outage_seconds + SECONDS - outage_began))
}
kill_store() {
  kill -KILL "$(cat "$state/store/pid")"
  kills=$((kills + 1))
  sleep 3 # the time systemd and a start would take
  start_gateway store
}

play() {
  local marker markers simulator_pid
  exec {markers}< <("$simulator" run --mqtt-port "$mqtt_port" --kafka "$kafka" --root "$state/truck/root" --journal "$state/journal" \
    --site "$site" --store "$store" --truck "$truck" "$@" 2>> "$state/simulator.log")
  simulator_pid=$!
  while IFS= read -r -u "$markers" marker; do
    case $marker in
      outage-begin) echo "Kafka is gone: the gateways buffer" >&2; begin_outage ;;
      outage-end) echo "Kafka comes back: the gateways catch up" >&2; end_outage ;;
      kill-store) echo "the store's gateway is killed and starts again" >&2; kill_store ;;
      door-open) echo "the door of cold-room-1 is left open" >&2 ;;
      door-shut) echo "the door of cold-room-1 is shut" >&2 ;;
    esac
  done
  exec {markers}<&-
  wait "$simulator_pid" || { echo "demo.sh: the simulator failed, see $state/simulator.log" >&2; return 1; }
}

if [ $mode = show ]; then
  echo "Ctrl-C stops everything" >&2
  play --repeat
  exit
fi

echo "playing the scenario, 80 s …" >&2
play
kill "$drive_pid"
signal_marked TERM "EDGE_DEMO_GPS=$EDGE_DEMO_RUN"

check() { # check JOURNAL SECONDS: prints the counts
  "$simulator" check --journal "$1" --kafka "$kafka" --cloud "http://127.0.0.1:$cloud_port" \
    --user demo --password-file "$state/cloud/password" --within-seconds "$2"
}
echo "comparing what was sent with what arrived …" >&2
outcome=0
counts=$(check "$state/journal" 40) || outcome=1

# An ERROR in a log means that data were lost or that a person is needed; this scenario gives no reason for either.
grep -hE '^[^ ]+ (fail|crit): |^Unhandled' "$state"/{store,truck,cloud}/log > "$state/errors" || true # none is what we hope for
cat "$state/errors" >&2
errors=$(wc -l < "$state/errors")
[ "$errors" -eq 0 ] || outcome=1

proofs='[]'
must_see() { # must_see KIND JOURNAL SECONDS: the check of that journal has to fail, and with that kind
  local seen
  if seen=$(check "$2" "$3" 2>> "$state/prove.log") || ! jq -e --arg kind "$1" '.failures | has($kind)' <<< "$seen" >/dev/null; then
    echo "demo.sh: broken on purpose ($1), and the check did not see it: $seen" >&2
    outcome=1
  fi
  proofs=$(jq -c --arg kind "$1" '. + [$kind]' <<< "$proofs")
}
prove() {
  local cold='"device":"cold-room-1"' again
  # All tag and temperature records once more under their ids: the marks make them invisible.
  for topic in gateway.tags gateway.temperature; do "$simulator" republish --kafka "$kafka" --topic "$topic"; done
  again=$(check "$state/journal" 20) || { echo "demo.sh: records sent twice are not invisible: $again" >&2; outcome=1; }
  [ "$(jq .duplicateRecords <<< "$again")" -gt 0 ] || { echo "demo.sh: no record was sent twice: $again" >&2; outcome=1; }
  proofs=$(jq -c '. + ["duplicates-invisible"]' <<< "$proofs")

  { cat "$state/journal"; grep "$cold" "$state/journal" | tail -n 1 | sed 's/"celsius":[^,]*/"celsius":1.23456/'; } > "$state/journal.lost"
  must_see lost "$state/journal.lost" 0
  grep -n "$cold" "$state/journal" | sed -n '50{s/:.*//p}' | { read -r line; sed "${line}d" "$state/journal"; } > "$state/journal.extra"
  must_see extra "$state/journal.extra" 0
  { grep "$cold" "$state/journal" | tail -n 1; grep -v -xF "$(grep "$cold" "$state/journal" | tail -n 1)" "$state/journal"; } > "$state/journal.order"
  must_see order "$state/journal.order" 0
  grep -vE "$cold,\"celsius\":(8\.|9|1[0-9])" "$state/journal" > "$state/journal.alert"
  must_see alert "$state/journal.alert" 0
  # One more fact than the simulator's: the stock is really wrong then.
  grep '"type":"movement"' "$state/journal" | head -n 1 |
    jq -rc '"\(.site)/\(.sku)\t" + ({id: "not-in-the-journal", site, sku, kind, quantity, occurredAt: (.at | sub("\\+00:00$"; "Z"))} | tojson)' |
    kcat -P -b "$kafka" -t inventory.movements -K '\t' -X acks=all -X topic.partitioner=murmur2_random
  must_see stock "$state/journal" 5
}
if [ $mode = prove ] && [ $outcome -eq 0 ]; then prove; fi

passed=false
[ $outcome -ne 0 ] || passed=true
jq -c --argjson passed $passed --argjson outage "$outage_seconds" --argjson kills "$kills" --argjson errors "$errors" \
  --argjson proofs "$proofs" --argjson seconds "$((SECONDS - started))" \
  '. + {passed: $passed, outageSeconds: $outage, kills: $kills, errorLines: $errors, seconds: $seconds}
   + if $proofs == [] then {} else {seenWhenBroken: $proofs} end' <<< "${counts:-{\}}"
