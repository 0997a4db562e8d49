#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors and runs all tests; the last line is the total.
#   tests/run.sh [--quick|--long]    --quick: only what takes seconds; --long: full counts of kills, fuzz inputs, fleets
# EDGE_TEST_ONLY=Buffer,Devices runs just these test projects (and no demo).
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
# shellcheck source=deploy/lib/common.sh
. deploy/lib/common.sh

mode=normal
limit=600
case "${1:-}" in
  "") ;;
  --quick) mode=quick; limit=120; export EDGE_TEST_QUICK=1 ;;
  --long) mode=long; limit=5400; export EDGE_TEST_LONG=1 ;;
  *) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
esac

# Every process started below inherits this mark, even one that leaves its process group; none outlives the run.
export EDGE_TEST_RUN=$$.$RANDOM$RANDOM
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
results=$(mktemp -d)
reap() {
  signal_marked KILL "EDGE_TEST_RUN=$EDGE_TEST_RUN"
  rm -rf "$results"
}
trap reap EXIT
trap 'exit 130' INT TERM

passed=0 failed=0 skipped=0
count() { passed=$((passed + $1)); failed=$((failed + $2)); skipped=$((skipped + $3)); }
finish() {
  echo "total: $passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

check() { # check NAME COMMAND…: one test that is no xunit test
  local name=$1 started=$SECONDS; shift
  if "$@" > "$results/check.log" 2>&1; then
    count 1 0 0
    echo "$name: passed ($((SECONDS - started)) s)"
  else
    count 0 1 0
    cat "$results/check.log"
    echo "$name: FAILED ($((SECONDS - started)) s)"
  fi
}

shell_scripts() {
  local script status=0
  while IFS= read -r script; do
    bash -n "$script" || status=1
    if command -v shellcheck >/dev/null; then shellcheck -x -S warning "$script" || status=1; fi
  done < <(git ls-files -- '*.sh' .ci/run)
  return "$status"
}

run_project() {
  local project=$1 name started=$SECONDS summary
  name=$(basename "$project")
  local filter=()
  [ "$mode" != quick ] || filter=(--filter 'Speed!=Slow')
  timeout -k 10 "$limit" dotnet test "$project" -c Release --no-build --nologo "${filter[@]}" > "$results/$name.log" 2>&1
  local status=$?
  summary=$(grep -E '^(Passed|Failed|Skipped)! .*Failed: ' "$results/$name.log" | tail -n 1)
  if [ -n "$summary" ]; then
    local f p s
    f=$(sed -E 's/.*Failed: +([0-9]+).*/\1/' <<< "$summary")
    p=$(sed -E 's/.*Passed: +([0-9]+).*/\1/' <<< "$summary")
    s=$(sed -E 's/.*Skipped: +([0-9]+).*/\1/' <<< "$summary")
    # A test host that breaks off after its summary is a failure too.
    if [ $status -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
    count "$p" "$f" "$s"
  elif [ $status -eq 0 ] && [ "$mode" = quick ]; then
    summary="nothing that is quick"
  else
    count 0 1 0
    summary="broke off (exit code $status; 124 means that $limit s were not enough)"
  fi
  [ $status -eq 0 ] || cat "$results/$name.log"
  echo "$name: $summary ($((SECONDS - started)) s)"
}

deploy/setup.sh tests || { count 0 1 0; finish; }
started=$SECONDS
if ! dotnet build EdgeGateway.sln -c Release --nologo -v quiet > "$results/build.log" 2>&1; then
  cat "$results/build.log"
  echo "build: FAILED"
  count 0 1 0
  finish
fi
echo "build: passed ($((SECONDS - started)) s)"

check "shell scripts" shell_scripts
for project in tests/*.Tests; do
  name=${project#tests/EdgeGateway.}; name=${name%.Tests}
  case ",${EDGE_TEST_ONLY:-$name}," in *",$name,"*) run_project "$project" ;; esac
done
if [ "$mode" != quick ] && [ -z "${EDGE_TEST_ONLY:-}" ]; then
  EDGE_DEMO_IS_BUILT=1 check "demo --prove" timeout -k 10 "$limit" deploy/demo.sh --prove
fi
finish
