# shellcheck shell=bash
# Where a running system keeps its files, and as whom its servers run. Sourced by scripts/stack and scripts/run.
#
#   $RUN_DIR          belongs to the caller: env, port, lock, pids/
#   $STATE            belongs to the servers' user and is written by it alone: data, sockets, logs, mails, installed programs;
#                     $RUN_DIR/state is it, or is a symbolic link to it

fail() {
  echo "gatehouse: $*" >&2
  exit 1
}

PATH=$PATH:/usr/sbin:/sbin
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
RUN_DIR=$(realpath -m -- "${RUN_DIR:-$root/.run}")
BUILD_DIR=$(realpath -m -- "${BUILD_DIR:-$root/.build/release}")
pids=$RUN_DIR/pids
longest_socket=state/postgres/.s.PGSQL.5432

# As root, every server runs as one user without privileges; otherwise as the caller.
servers_user=$(id -un 2>/dev/null || id -u)
drop_privileges=()
if [[ $EUID == 0 ]]; then
  servers_user=${GATEHOUSE_RUN_USER:-www-data}
  id "$servers_user" >/dev/null 2>&1 || fail "no user '$servers_user' to run the servers as; name one in GATEHOUSE_RUN_USER"
  drop_privileges=(setpriv "--reuid=$(id -u "$servers_user")" "--regid=$(id -g "$servers_user")" --clear-groups --no-new-privs)
fi

# Runs a command as the servers' user, away from the caller's directory, which that user may not be able to enter.
as_servers() { (cd / && exec "${drop_privileges[@]}" env HOME="$STATE" "$@"); }

# put FILE MODE: writes standard input to FILE, at once and as the servers' user.
put() {
  # shellcheck disable=SC2016
  as_servers sh -c 'umask 077; cat >"$1.new" && chmod "$2" "$1.new" && mv -f "$1.new" "$1"' put "$1" "$2"
}

# The state lies in RUN_DIR if all servers can work there: their configuration files take the path unquoted, a unix
# socket's path ends at 107 bytes, and their user must be able to come in.
fits_in_run_dir() {
  [[ $RUN_DIR =~ ^[A-Za-z0-9._/-]+$ ]] && ((${#RUN_DIR} + 1 + ${#longest_socket} <= 107)) &&
    "${drop_privileges[@]}" test -x "$RUN_DIR" 2>/dev/null
}

# Finds the state; exit status 1 if there is none yet.
find_state() {
  STATE=
  [[ -d $RUN_DIR/state ]] || return 1
  STATE=$(realpath -- "$RUN_DIR/state")
  local owner
  owner=$(stat -c %U "$STATE")
  [[ $(stat -c %u "$STATE") == "$(id -u "$servers_user")" ]] ||
    fail "'$STATE' belongs to user $owner, but the servers would run as $servers_user; choose another RUN_DIR"
}

make_state() {
  mkdir -p "$pids" 2>/dev/null || fail "cannot write to RUN_DIR '$RUN_DIR'"
  if ! find_state; then
    rm -f "$RUN_DIR/state"
    STATE=$RUN_DIR/state
    if ! fits_in_run_dir; then
      STATE=/var/tmp/gatehouse-$EUID-$(printf %s "$RUN_DIR" | sha256sum | cut -c 1-12)
      ln -sfn "$STATE" "$RUN_DIR/state"
    fi
    if mkdir -m 0700 "$STATE" 2>/dev/null; then
      [[ $EUID != 0 ]] || chown "$servers_user:" "$STATE"
    elif [[ -L $STATE ]]; then
      fail "'$STATE' is a symbolic link, but has to be a directory; remove it or choose another RUN_DIR"
    fi
    find_state
  fi
  as_servers mkdir -p -m 0700 "$STATE"/{bin,lib,share,logs,mail,postgres,redis,nginx}
}

lock_place() {
  [[ -w $RUN_DIR ]] || fail "'$RUN_DIR' belongs to user $(stat -c %U "$RUN_DIR"); run this as that user"
  exec {place_lock}>"$RUN_DIR/lock"
  flock --nonblock "$place_lock" && return
  echo "waiting for another scripts/stack on '$RUN_DIR' ..." >&2
  flock "$place_lock"
}

forget_place() {
  local real=
  find_state && real=$STATE
  [[ $real == "$RUN_DIR/state" || $real == /var/tmp/gatehouse-$EUID-* || -z $real ]] ||
    fail "'$RUN_DIR/state' leads to '$real', which Gatehouse did not make; remove it yourself"
  rm -rf --one-file-system -- ${real:+"$real"} "$RUN_DIR"/{state,pids,env,port,lock}
  rmdir --ignore-fail-on-non-empty "$RUN_DIR" 2>/dev/null || true
}
