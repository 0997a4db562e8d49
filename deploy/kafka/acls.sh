#!/usr/bin/env bash
# Gives a gateway or the cloud its rights on Kafka, and no others. Needs an Apache Kafka distribution in KAFKA_HOME.
#   acls.sh BOOTSTRAP gateway NAME [kafka-acls options…]            NAME is the certificate's common name
#   acls.sh BOOTSTRAP cloud NAME [--group GROUP] [kafka-acls options…]
# Further options go to kafka-acls.sh, for example --command-config admin.properties.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
bootstrap=$1 role=$2 name=$3
shift 3
group=edge-cloud
if [ "${1:-}" = --group ]; then group=$2; shift 2; fi
options=("$@")

allow() { # allow OPERATIONS RESOURCE…
  local operations=() operation
  for operation in $1; do operations+=(--operation "$operation"); done
  shift
  "${KAFKA_HOME:?set it to an Apache Kafka distribution}/bin/kafka-acls.sh" --bootstrap-server "$bootstrap" "${options[@]}" \
    --add --force --allow-principal "User:$name" "${operations[@]}" "$@"
}
topics() { printf -- '--topic %s ' "$@"; }

gateway_topics=(gateway.temperature gateway.position gateway.tags gateway.inputs gateway.status gateway.ledger)
cloud_topics=(inventory.levels alerts dead-letter)
# shellcheck disable=SC2046 # the words are meant to split
case "$role" in
  gateway)
    allow "Write Describe" $(topics "${gateway_topics[@]}")
    ;;
  cloud)
    allow "Read Describe" $(topics "${gateway_topics[@]}" inventory.movements "${cloud_topics[@]}")
    # Also to the topics it reads: "dead-letter replay" sends records back to where they came from.
    allow "Write Describe" $(topics "${gateway_topics[@]}" inventory.movements "${cloud_topics[@]}")
    allow "Read Describe" --group "$group"
    ;;
  *) echo "acls.sh: '$role' is neither gateway nor cloud" >&2; exit 2 ;;
esac
