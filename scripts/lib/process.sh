# shellcheck shell=bash
# Starting and ending the parts' processes by records, $pids/PART: "<pid> <start time>". Needs place.sh.
# Beside a record: PART.exit, how the process ended; PART.stopping, while we end it.

# Field 22 of /proc/PID/stat: with it a pid that was given to another process since is told from ours.
start_time() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  [[ $1 != Z ]] && echo "${20}"
}

# Prints the pid of a part that runs.
pid_of() {
  local pid time
  { read -r pid time <"$pids/$1"; } 2>/dev/null || return 1
  [[ $(start_time "$pid") == "$time" ]] && echo "$pid"
}

runs() { pid_of "$1" >/dev/null; }

# A record without a process, and nobody is ending it.
has_died() { ! runs "$1" && [[ ! -e $pids/$1.stopping && -e $pids/$1 ]]; }

# launch PART COMMAND...: in the background and away from our terminal; of our environment a server sees what is meant for it,
# and its output goes to the part's log.
launch() {
  local part=$1
  shift
  rm -f "$pids/$part" "$pids/$part.exit"
  (
    for name in $(compgen -e); do
      [[ $name =~ ^(PATH|GATEHOUSE__.*)$ ]] || unset "$name" 2>/dev/null || true
    done
    export HOME=$STATE LC_ALL=C.UTF-8
    # shellcheck disable=SC2016
    exec setsid "$root/scripts/lib/keeper" "$pids/$part" "${drop_privileges[@]}" \
      sh -c 'exec >>"$0" 2>&1; exec "$@"' "$STATE/logs/$part.log" "$@"
  ) </dev/null >/dev/null 2>&1 &
  until [[ -s $pids/$part ]]; do sleep 0.02; done
}

describe_end() {
  local pid ended status
  wait_until 1 test -s "$pids/$1.exit" || true
  { read -r pid _ <"$pids/$1" && read -r ended status <"$pids/$1.exit"; } 2>/dev/null || true
  if [[ -z ${ended:-} || $ended != "${pid:-}" ]]; then
    echo "exit status unknown"
  elif ((status > 128)); then
    echo "killed by SIG$(kill -l "$status")"
  else
    echo "exit status $status"
  fi
}

show_log() {
  echo "its log, $STATE/logs/$1.log, ends with:" >&2
  as_servers tail -n 12 "$STATE/logs/$1.log" | sed 's/^/  | /' >&2 || true
}

# wait_until SECONDS COMMAND...
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

is_gone() { [[ $(start_time "$1") != "$2" ]]; }

# Processes below a pid, as "<pid> <start time>" lines.
descendants() {
  local stat pid parent
  for stat in /proc/[0-9]*/stat; do
    pid=${stat//[!0-9]/}
    { read -r parent <"$stat"; } 2>/dev/null || continue
    # shellcheck disable=SC2086
    set -- "$1" ${parent##*) }
    [[ $3 == "$1" ]] || continue
    echo "$pid $(start_time "$pid" || true)"
    descendants "$pid"
  done
}

# end_part PART SIGNAL: sends it and waits; a part that does not heed it in 20 s is killed.
end_part() {
  local part=$1 signal=$2 pid time
  pid=$(pid_of "$part") || { rm -f "$pids/$part" "$pids/$part.exit" && return 0; }
  time=$(start_time "$pid") || true
  touch "$pids/$part.stopping"
  kill -s "$signal" "$pid" 2>/dev/null || true
  if ! wait_until 20 is_gone "$pid" "$time"; then
    echo "gatehouse: $part did not stop within 20 s after SIG$signal; killing it" >&2
    kill_tree "$pid" "$time"
  fi
  rm -f "$pids/$part" "$pids/$part.exit"
  rm -f "$pids/$part.stopping"
}

# A killed master leaves its workers at work, so they go with it, as in a power cut.
kill_tree() {
  local below pid time
  below=$(descendants "$1")
  kill -KILL "$1" 2>/dev/null || true
  while read -r pid time; do
    [[ -z $pid ]] || is_gone "$pid" "$time" || kill -KILL "$pid" 2>/dev/null || true
  done <<<"$below"
  while read -r pid time; do
    [[ -z $pid ]] || wait_until 10 is_gone "$pid" "$time" || fail "process $pid does not end"
  done <<<"$1 $2"$'\n'"$below"
}

kill_part() {
  local pid
  if pid=$(pid_of "$1"); then
    touch "$pids/$1.stopping"
    kill_tree "$pid" "$(start_time "$pid")"
  fi
  rm -f "$pids/$1" "$pids/$1.exit"
  rm -f "$pids/$1.stopping"
}
