#!/usr/bin/env bash
# Runs all tests and installs what they need: redis-server, Node and its packages, Python's grpcio, protoc, buf.
# Ends with one line: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "$0")/.."
results="$PWD/artifacts/test-results"
rm -rf "$results"
mkdir -p "$results"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

step() { printf '\n== %s\n' "$*"; }
fail() { # a step outside the test runner failed
  echo "FAILED: $*"
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

step "Tools"
bash eng/install-test-tools.sh || fail "the tools that the tests need could not be installed"

step "Protos"
buf() { tests/node_modules/.bin/buf "$@"; }
buf lint || fail "buf lint"
base=$(git rev-parse --verify -q origin/main || git rev-parse --verify -q main || true)
if [ -n "$base" ] && [ -n "$(git ls-tree "$base" protos/)" ]; then
  buf breaking --against ".git#ref=$base" || fail "buf breaking against $base"
fi

step "Build"
dotnet build IdentityGrpc.sln -c Release -v q -nologo || fail "the build"

step "Tests"
dotnet test IdentityGrpc.sln -c Release --no-build -v q -nologo -m:1 \
  --logger "trx" --results-directory "$results" --blame-hang-timeout 10m
status=$?

# The runner prints a line a project; the sum comes from its result files, so that nothing goes uncounted.
read -r total passed failed skipped < <(sed -n 's/.*<Counters total="\([0-9]*\)" executed="\([0-9]*\)" passed="\([0-9]*\)" failed="\([0-9]*\)" error="\([0-9]*\)".*/\1 \2 \3 \4 \5/p' \
  "$results"/*.trx | awk '{ t += $1; p += $3; f += $4 + $5; s += $1 - $2 } END { print t + 0, p + 0, f + 0, s + 0 }')
expected=$(find tests -name '*.Tests.csproj' | wc -l)
found=$(find "$results" -name '*.trx' | wc -l)
if [ "$found" -ne "$expected" ]; then
  echo "FAILED: $expected test projects, and results of $found"
  failed=$((failed + 1))
fi
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
  echo "FAILED: the test runner exited with $status"
  failed=1
fi
if [ "$total" -eq 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
