#!/usr/bin/env bash
# Starts a PostgreSQL of our own for the tests and prints its URL. Its data are thrown away.
# Not the machine's cluster: nobody's data are near, and the port is our own.
set -euo pipefail
port=${FENGSUI_TEST_POSTGRES_PORT:-54329}
url="postgres://fengsui_test:fengsui_test@127.0.0.1:$port/fengsui_test"
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
if PGPASSWORD=fengsui_test "$bin/psql" -h 127.0.0.1 -p "$port" -U fengsui_test -d fengsui_test -Atqc 'select 1' >/dev/null 2>&1; then
  echo "$url"
  exit 0
fi
directory=$(mktemp -d /var/tmp/fengsui-postgres.XXXXXX)
run() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
[ "$(id -u)" != 0 ] || chown postgres "$directory"
cd "$directory"
run "$bin/initdb" -D "$directory/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
# The tests end our processes, not the database: it need not survive a power cut.
run "$bin/pg_ctl" -D "$directory/data" -w -l "$directory/log" \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$directory -c fsync=off -c max_connections=400 -c max_locks_per_transaction=512" start >/dev/null
"$bin/psql" -h 127.0.0.1 -p "$port" -U postgres -qc "CREATE ROLE fengsui_test LOGIN SUPERUSER PASSWORD 'fengsui_test'" -c "CREATE DATABASE fengsui_test OWNER fengsui_test" >/dev/null
echo "$url"
