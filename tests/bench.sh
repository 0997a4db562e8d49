#!/usr/bin/env bash
# Runs benchmarks: one JSON line a result on standard output, {"bench","ratio","ours","baseline","unit",…}; the baseline is
# measured in the same run. Leave the machine alone meanwhile.
#   tests/bench.sh [name…]    formats smoothing open intake drain memory live levels temperatures fleet latency; all without a name
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=deploy/lib/common.sh
. deploy/lib/common.sh

export EDGE_BENCH_RUN=$$.$RANDOM$RANDOM DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
trap 'signal_marked KILL "EDGE_BENCH_RUN=$EDGE_BENCH_RUN"' EXIT
trap 'exit 130' INT TERM

deploy/setup.sh tests
for project in edge/EdgeGateway.Agent cloud/EdgeGateway.Cloud tests/EdgeGateway.KafkaEmulator tests/EdgeGateway.Benchmarks; do
  dotnet build "$project" -c Release --nologo -v quiet -nodeReuse:false -p:UseSharedCompilation=false >&2
done
tests/EdgeGateway.Benchmarks/bin/Release/net10.0/edge-bench "$@"
