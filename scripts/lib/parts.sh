# shellcheck shell=bash
# The five parts of a running system. For each PART: prepare_PART makes its files (again at every start), run_PART launches it,
# ready_PART says whether it answers. Needs place.sh and process.sh; PORT is set.

parts=(postgres redis daemon upstream nginx)

redis_socket() { echo "$STATE/redis.sock"; }
public_url() { echo "http://127.0.0.1:$PORT"; }
database_conninfo() {
  echo "host=$STATE/postgres port=5432 dbname=gatehouse user=gatehouse password=$(as_servers cat "$STATE/postgres/password")"
}

# secret FILE MODE BYTES: makes it once.
secret() {
  as_servers test -s "$1" || od -An -v -tx1 -N "$3" /dev/urandom | tr -d ' \n' | { cat && echo; } | put "$1" "$2"
}

make_secrets() {
  secret "$STATE/postgres/password" 0600 24
  secret "$STATE/master.key" 0400 32
}

# install_copy FILE FOLDER: a copy that another build cannot disturb and the servers' user can reach.
install_copy() {
  [[ -f $1 ]] || fail "'$1' is not built; run make first"
  as_servers mkdir -p "$2"
  put "$2/$(basename "$1")" 0755 <"$1"
}

install_tree() {
  [[ -d $1 ]] || fail "'$1' is missing; the checkout is not complete"
  as_servers rm -rf "$2"
  as_servers mkdir -p "$2"
  tar -C "$1" -cf - . | as_servers tar -C "$2" --no-same-owner -xf -
}

# fill TEMPLATE: replaces its @NAMES@.
fill() {
  sed -e "s|@STATE@|$STATE|g" -e "s|@PORT@|$PORT|g" -e "s|@PUBLIC_URL@|$(public_url)|g" "$1"
}

http_status() { curl -q --noproxy '*' --silent --max-time 5 --output /dev/null --write-out '%{http_code}' "$@" || true; }

sanitized() { [[ ${BUILD_DIR##*/} == sanitize ]]; }
# sanitizer_options PART DETECT_LEAKS, as words for env
sanitizer_options() {
  local log=${GATEHOUSE_SANITIZER_LOGS:-$STATE/logs}/asan.$1
  ! sanitized || echo "ASAN_OPTIONS=log_path=$log:detect_leaks=$2 UBSAN_OPTIONS=log_path=$log:print_stacktrace=1"
}

# --- PostgreSQL --------------------------------------------------------------------------------------------------------

postgres_tool() {
  local newest
  newest=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  [[ -x $newest/$1 ]] || fail "no PostgreSQL in /usr/lib/postgresql; run scripts/bootstrap"
  echo "$newest/$1"
}

# In single-user mode, which no password guards, and where a mistake does not show in the exit status.
make_cluster() {
  as_servers "$(postgres_tool initdb)" -D "$1" -U postgres -E UTF8 --locale=C.UTF-8 --auth=reject </dev/null &&
    as_servers "$(postgres_tool postgres)" --single -D "$1" postgres <<END
CREATE ROLE gatehouse LOGIN PASSWORD '$(as_servers cat "$STATE/postgres/password")';
CREATE DATABASE gatehouse OWNER gatehouse;
END
}

prepare_postgres() {
  local data=$STATE/postgres/data
  as_servers test -d "$data" && return
  # Complete or not there: an interrupted first start begins again.
  as_servers rm -rf "$data.new"
  if ! make_cluster "$data.new" 2>&1 | put "$STATE/logs/initdb.log" 0600 ||
    as_servers grep -qE '(ERROR|FATAL):' "$STATE/logs/initdb.log"; then
    show_log initdb
    fail "cannot make a PostgreSQL cluster in '$data'"
  fi
  echo 'local gatehouse gatehouse scram-sha-256' | put "$data.new/pg_hba.conf" 0600
  as_servers mv "$data.new" "$data"
}

run_postgres() {
  launch postgres "$(postgres_tool postgres)" -D "$STATE/postgres/data" -c listen_addresses= -c port=5432 \
    -c unix_socket_directories="$STATE/postgres" -c shared_buffers=32MB -c max_connections=50
}

ready_postgres() { "$(postgres_tool pg_isready)" -q -h "$STATE/postgres" -p 5432 -d gatehouse -U gatehouse; }

# --- Redis -------------------------------------------------------------------------------------------------------------

prepare_redis() {
  put "$STATE/redis/redis.conf" 0600 <<END
port 0
unixsocket $(redis_socket)
unixsocketperm 700
dir $STATE/redis
appendonly yes
appendfsync everysec
maxmemory-policy noeviction
END
}

run_redis() { launch redis redis-server "$STATE/redis/redis.conf"; }

ready_redis() { [[ $(redis-cli -s "$(redis_socket)" ping 2>/dev/null) == PONG ]]; }

# --- the daemon --------------------------------------------------------------------------------------------------------

prepare_daemon() {
  install_copy "$BUILD_DIR/bin/gatehoused" "$STATE/bin"
  [[ ! -f $BUILD_DIR/bin/gatehousectl ]] || install_copy "$BUILD_DIR/bin/gatehousectl" "$STATE/bin"
  install_tree "$root/src/notify/templates" "$STATE/share/templates"
  install_tree "$root/scripts/migrations" "$STATE/share/migrations"
  {
    cat <<END
[http]
listen = "unix:$STATE/gatehoused.sock"
public_url = "$(public_url)"

[secrets]
master_key_file = "$STATE/master.key"

[database]
conninfo = "$(database_conninfo)"
migrations = "$STATE/share/migrations"

[redis]
address = "unix:$(redis_socket)"

[tokens]
issuer = "$(public_url)"
audience = ["gatehouse-demo"]
jwks_file = "$STATE/jwks.json"

[mail]
transport = "directory"
directory = "$STATE/mail"
from = "Gatehouse <no-reply@localhost.localdomain>"
templates = "$STATE/share/templates"
END
    [[ -z ${DAEMON_SETTINGS_EXTRA:-} ]] || cat "$DAEMON_SETTINGS_EXTRA"
  } | put "$STATE/gatehoused.toml" 0600
}

run_daemon() {
  # shellcheck disable=SC2046
  launch daemon env $(sanitizer_options daemon 1) "$STATE/bin/gatehoused" --config "$STATE/gatehoused.toml"
}

# Without its database or Redis it is asked only whether it lives.
ready_daemon() {
  local probe=healthz
  ! { runs postgres && runs redis; } || probe=readyz
  [[ $(http_status --unix-socket "$STATE/gatehoused.sock" "http://gatehoused/auth/v1/$probe") == 200 ]]
}

# --- the demo upstream -------------------------------------------------------------------------------------------------

prepare_upstream() { install_copy "$BUILD_DIR/bin/gatehouse-demo-upstream" "$STATE/bin"; }

run_upstream() {
  # shellcheck disable=SC2046
  launch upstream env $(sanitizer_options upstream 1) "$STATE/bin/gatehouse-demo-upstream" --listen "unix:$STATE/upstream.sock"
}

ready_upstream() { [[ $(http_status --unix-socket "$STATE/upstream.sock" http://upstream/) == 200 ]]; }

# --- nginx with the gate -----------------------------------------------------------------------------------------------

prepare_nginx() {
  install_copy "$BUILD_DIR/module/ngx_http_gatehouse_module.so" "$STATE/lib"
  as_servers mkdir -p "$STATE"/{nginx/tmp,share/www}
  put "$STATE/share/www/index.html" 0644 <"$root/nginx/index.html"
  fill "${NGINX_CONF_TEMPLATE:-$root/nginx/demo.conf.in}" | put "$STATE/nginx/nginx.conf" 0644
}

run_nginx() {
  local preload=()
  # The module's sanitizer has to be there before nginx, which has none; and nginx frees nothing when it ends.
  ! sanitized || preload=(LD_PRELOAD="$(g++ -print-file-name=libasan.so):$(g++ -print-file-name=libstdc++.so)")
  # shellcheck disable=SC2046
  launch nginx env $(sanitizer_options nginx 0) "${preload[@]}" \
    nginx -p "$STATE/nginx" -c "$STATE/nginx/nginx.conf" -e "$STATE/logs/nginx.log" -g 'daemon off;'
}

# With parts missing on purpose nginx need only answer; else the way to the daemon is open and the gate has its replica.
ready_nginx() {
  if runs postgres && runs redis && runs daemon; then
    [[ $(http_status "$(public_url)/auth/v1/healthz") == 200 && $(http_status "$(public_url)/app/") == 401 ]]
  else
    [[ $(http_status "$(public_url)/") != 000 ]]
  fi
}
