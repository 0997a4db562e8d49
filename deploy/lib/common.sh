# shellcheck shell=bash
# Sourced by the scripts of the demo and the tests.

free_port() { # a port below the ephemeral range, so that no outgoing connection takes it between two starts
  local port
  for _ in $(seq 200); do
    port=$((20000 + RANDOM % 12000))
    if port_is_free "$port"; then echo "$port"; return; fi
  done
  echo "no free port between 20000 and 32000" >&2
  return 1
}

port_is_free() { # what cannot be connected to is free
  ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

wait_until() { # wait_until SECONDS WHAT COMMAND…: waits until the command succeeds
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [ $SECONDS -ge "$end" ]; then echo "not in time: $what" >&2; return 1; fi
    sleep 0.1
  done
}

# Every process inherits an environment variable that marks the run, even one that leaves its process group.
signal_marked() { # signal_marked SIGNAL NAME=VALUE
  local environment
  for environment in /proc/[0-9]*/environ; do
    if grep -qzxF "$2" "$environment" 2>/dev/null; then
      kill "-$1" "$(basename "$(dirname "$environment")")" 2>/dev/null || true # gone meanwhile
    fi
  done
}
