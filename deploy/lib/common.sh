# shellcheck shell=bash
# Sourced by the scripts of the demo and the tests.

free_ports() { # free_ports N: different ones, below the ephemeral range, so that no outgoing connection takes one between two starts
  local port left=$1
  for port in $(shuf -i 20000-31999 -n 500); do
    if port_is_free "$port"; then
      echo "$port"
      left=$((left - 1))
      [ $left -gt 0 ] || return 0
    fi
  done
  echo "fewer than $1 free ports between 20000 and 31999" >&2
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
