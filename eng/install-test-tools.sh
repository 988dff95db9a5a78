#!/usr/bin/env bash
# Installs what the tests need and the machine lacks. Uses apt on Debian and Ubuntu; elsewhere it says what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=()
need() { command -v "$1" >/dev/null 2>&1 || packages+=("$2"); }
need redis-server redis-server
need protoc protobuf-compiler
need grpc_python_plugin protobuf-compiler-grpc
need node nodejs
need npm npm
need curl curl
need jq jq
/usr/bin/python3 -c 'import grpc' 2>/dev/null || packages+=(python3-grpcio)
/usr/bin/python3 -c 'import google.protobuf' 2>/dev/null || packages+=(python3-protobuf)

if [ "${#packages[@]}" -gt 0 ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install what these Debian packages hold, and run this again: ${packages[*]}" >&2
    exit 1
  fi
  sudo=$([ "$(id -u)" -eq 0 ] && echo "" || echo sudo)
  $sudo apt-get update -qq
  # Tests start Redis themselves, on a port of their own: the package must not start one.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null
    $sudo chmod +x $policy
    trap '$sudo rm -f $policy' EXIT
  fi
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

(cd tests && npm install --no-save --no-audit --no-fund --loglevel=error)
