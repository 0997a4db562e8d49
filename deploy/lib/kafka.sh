#!/usr/bin/env bash
# The Kafka that the demo and the tests use when KAFKA_BOOTSTRAP does not name one.
#   kafka.sh run DIR    starts it in the foreground: Apache Kafka from KAFKA_HOME (KRaft, one node) when set,
#                       else the broker emulator inside librdkafka. Says which in one line on standard error.
#                       DIR keeps data, port and log; the same DIR again continues with its data (not the emulator's).
#   kafka.sh wait DIR   waits until it answers (60 s at most) and prints its bootstrap address.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
emulator=$root/tests/EdgeGateway.KafkaEmulator/bin/Release/net10.0/kafka-emulator

# shellcheck source=deploy/lib/common.sh
. "$root/deploy/lib/common.sh"

write_settings() {
  local dir=$1 port controller
  port=$(cat "$dir/port")
  controller=$(cat "$dir/controller-port")
  # A short broker session lets a killed node that starts again answer after seconds.
  cat > "$dir/server.properties" <<SETTINGS
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
inter.broker.listener.name=PLAINTEXT
log.dirs=$dir/data
num.partitions=6
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=300
auto.create.topics.enable=true
SETTINGS
}

run_distribution() {
  local dir=$1 port
  [ -x "$KAFKA_HOME/bin/kafka-server-start.sh" ] || {
    echo "kafka.sh: KAFKA_HOME=$KAFKA_HOME holds no bin/kafka-server-start.sh; point it at an Apache Kafka distribution or unset it" >&2
    exit 2
  }
  command -v java >/dev/null || { echo "kafka.sh: KAFKA_HOME is set but there is no java; run deploy/setup.sh" >&2; exit 2; }
  echo "Kafka: Apache Kafka from KAFKA_HOME ($KAFKA_HOME)" >&2
  if [ ! -s "$dir/controller-port" ]; then
    free_ports 2 | { read -r port; echo "$port" > "$dir/port"; read -r port; echo "$port" > "$dir/controller-port"; }
  fi
  echo "127.0.0.1:$(cat "$dir/port")" > "$dir/bootstrap"
  write_settings "$dir"
  export LOG_DIR=$dir/log KAFKA_HEAP_OPTS=${KAFKA_HEAP_OPTS:--Xms256m -Xmx384m}
  if [ ! -f "$dir/data/meta.properties" ]; then
    # An id that begins with a dash would be taken for an option.
    KAFKA_HEAP_OPTS=-Xmx128m "$KAFKA_HOME/bin/kafka-storage.sh" format -c "$dir/server.properties" \
      -t "$(head -c16 /dev/urandom | base64 | tr '+/' 'ab' | cut -c1-22)" > "$dir/format.log" 2>&1 || { cat "$dir/format.log" >&2; exit 1; }
  fi
  exec "$KAFKA_HOME/bin/kafka-server-start.sh" "$dir/server.properties" >> "$dir/server.log" 2>&1
}

run() {
  mkdir -p "$1"
  local dir
  dir=$(cd "$1" && pwd)
  if [ -n "${KAFKA_HOME:-}" ]; then
    run_distribution "$dir"
  else
    [ -x "$emulator" ] || { echo "kafka.sh: $emulator is missing; build the solution first (dotnet build EdgeGateway.sln -c Release)" >&2; exit 2; }
    echo "Kafka: the broker emulator inside librdkafka (neither KAFKA_BOOTSTRAP nor KAFKA_HOME is set)" >&2
    rm -f "$dir/bootstrap"
    exec "$emulator" "$dir/bootstrap"
  fi
}

answers() { [ -s "$1/bootstrap" ] && kcat -L -m 2 -b "$(cat "$1/bootstrap")"; }

wait_until_it_answers() {
  wait_until 60 "an answer from Kafka, see $1/server.log" answers "$1"
  cat "$1/bootstrap"
}

case "${1:-}:$#" in
  run:2) run "$2" ;;
  wait:2) wait_until_it_answers "$2" ;;
  *) sed -n '2,6s/^# //p' "$0" >&2; exit 2 ;;
esac
