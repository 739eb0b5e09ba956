#!/usr/bin/env bash
# Makes sure that tools are there: need.sh node postgres mosquitto chromium fonts
set -euo pipefail

install() {
  if [ "$(id -u)" = 0 ]; then as_root=""; elif command -v sudo >/dev/null; then as_root="sudo"; else
    echo "missing packages: $*. Please run: apt-get install $*" >&2
    exit 1
  fi
  echo "installing $*"
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

for tool in "$@"; do
  case "$tool" in
    node) command -v node >/dev/null && command -v npm >/dev/null || install nodejs npm ;;
    postgres) ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || install postgresql ;;
    mosquitto) command -v mosquitto_pub >/dev/null || install mosquitto-clients ;;
    chromium) command -v chromium >/dev/null || install chromium ;;
    fonts) fc-list 2>/dev/null | grep -qi wqy-microhei || install fontconfig fonts-wqy-microhei ;;
    cc) command -v cc >/dev/null || install build-essential ;;
    *) echo "need.sh does not know $tool" >&2; exit 1 ;;
  esac
done
