# The search for the processes of attempts; one such shell serves a run. POSIX sh (dash, bash, busybox).
#
# Requests, one a line:  ID look SIGNAL|- FROM|- AGE_MS NONCE:LIMIT...   answer: ID PID...
#                        ID start PID                                    answer: ID START
# An answer "ID !" says that the search itself failed.
#
# The kernel gives pids in ascending order and starts again at the top of the range, and the last field
# of /proc/loadavg is the newest. So what an attempt started lies between its leader's pid (FROM) and
# that cursor, as long as the attempt is too young (AGE_MS) for a whole turn; and when a look is over and
# the cursor has not moved, nothing was missed: whoever vanished before it was looked at has left only
# children with greater pids. Otherwise all of /proc is read.

owner=$1
LC_ALL=C
export LC_ALL
trap '' INT QUIT HUP TERM

# Sets `last` to the newest pid of this pid namespace, or to nothing where it cannot be told.
cursor() {
  last=
  [ "$trusted" = yes ] && read -r a b c d last 2>/dev/null </proc/loadavg
  case $last in *[!0-9]*) last= ;; esac
}

# A file that stands in for /proc/loadavg (lxcfs) counts the pids of another namespace.
trust() {
  trusted=yes
  while read -r a b c d point rest; do
    [ "$point" = /proc/loadavg ] && trusted=no
  done 2>/dev/null </proc/self/mountinfo
  : &
  cursor
  wait "$!"
  [ -n "$last" ] && [ "$last" -ge "$!" ] && [ "$((last - $!))" -lt 1000 ] || trusted=no
  # By a program, because dash reads byte by byte and this file gives only its first byte then.
  pid_max=$(cat /proc/sys/kernel/pid_max 2>/dev/null) || trusted=no
}

# True when pid $1 is a process, not one of its threads, and no zombie. A process whose first thread has
# ended reads as a zombie although other threads of it live.
alive() {
  state=
  while read -r key value rest; do
    case $key in
    State:) state=$value ;;
    Tgid:)
      [ "$value" = "$1" ] || return 1
      case $state in Z | X) ;; *) return 0 ;; esac
      ;;
    Threads:)
      [ "$value" -gt 1 ]
      return
      ;;
    esac
  done 2>/dev/null <"/proc/$1/status"
  return 1
}

# True when pid $1 carries one of the marks, by builtins alone.
marked() {
  while read -r a b c soft rest; do
    if [ "$a $b $c" = "Max file locks" ]; then
      case " $limits " in *" $soft "*) return 0 ;; esac
      break
    fi
  done 2>/dev/null <"/proc/$1/limits"
  while read -r line || [ -n "$line" ]; do
    case $line in
    *WAVE_NONCE=*)
      for nonce in $nonces; do
        case $line in *WAVE_NONCE=*"$nonce"*) return 0 ;; esac
      done
      ;;
    esac
  done 2>/dev/null <"/proc/$1/environ"
  return 1
}

# True when pid $1 may have been given to another process since the cursor stood at `before`.
recycled() {
  cursor
  [ -n "$last" ] && [ -n "$before" ] || return 0
  if [ "$last" -ge "$before" ]; then
    [ "$1" -gt "$before" ] && [ "$1" -le "$last" ]
  else
    [ "$1" -gt "$before" ] || [ "$1" -le "$last" ]
  fi
}

# Looks at the pids in $@, which are processes of whomever: adds those that are marked to `found`, and
# signals them at once.
examine() {
  files=
  for pid; do
    files="$files /proc/$pid/limits /proc/$pid/environ"
  done
  hits=$(grep -lszE -e "$by_nonce" -e "$by_limit" $files)
  [ "$?" -le 2 ] || failed=yes
  for hit in $hits; do
    pid=${hit#/proc/}
    pid=${pid%/*}
    case " $found " in *" $pid "*) continue ;; esac
    alive "$pid" || continue
    if [ "$signal" != - ] && recycled "$pid"; then marked "$pid" || continue; fi
    take "$pid"
  done
}

# Signals pid $1, which is marked, and adds it to `found`.
take() {
  if [ "$signal" != - ]; then
    kill -s "$signal" "$1" 2>/dev/null || return 0
    # A stopped process acts on SIGTERM only when it goes on.
    [ "$signal" = TERM ] && kill -s CONT "$1" 2>/dev/null
  fi
  found="$found $1"
}

# Adds pid $1 to the batch and examines it when it is full: the arguments of a program have a limit.
consider() {
  [ "$1" = "$$" ] || [ "$1" = "$owner" ] || [ "$1" -le 1 ] && return
  batch="$batch $1"
  count=$((count + 1))
  [ "$count" -lt 500 ] || flush
}

# A few are examined by builtins, because a program that is started to do it moves the cursor: searches of
# many runs would then make each other look again and again.
flush() {
  if [ "$count" -gt 8 ]; then
    examine $batch
  else
    for pid in $batch; do
      case " $found " in *" $pid "*) continue ;; esac
      alive "$pid" && marked "$pid" && take "$pid"
    done
  fi
  batch=
  count=0
}

look() {
  found=
  failed=
  batch=
  count=0
  round=0
  [ "$from" = - ] || [ "$((age * 200))" -lt "${pid_max:-0}" ] || from=-
  while [ "$round" -lt 50 ]; do
    round=$((round + 1))
    cursor
    before=$last
    if [ -n "$last" ] && [ "$from" != - ] && [ "$last" -ge "$from" ] &&
      [ "$((last - from))" -lt 500 ]; then
      pid=$from
      while [ "$pid" -le "$last" ]; do
        # Threads answer by their number too, the owner's own above all.
        [ -d "/proc/$pid" ] && [ ! -d "/proc/$owner/task/$pid" ] && alive "$pid" && consider "$pid"
        pid=$((pid + 1))
      done
    else
      for entry in /proc/[0-9]*; do
        pid=${entry#/proc/}
        if [ -z "$last" ] || [ "$from" = - ]; then
          consider "$pid"
        elif [ "$last" -ge "$from" ]; then
          [ "$pid" -ge "$from" ] && [ "$pid" -le "$last" ] && consider "$pid"
        elif [ "$pid" -ge "$from" ] || [ "$pid" -le "$last" ]; then
          consider "$pid"
        fi
      done
    fi
    flush
    cursor
    if [ -z "$before" ] || [ -z "$last" ]; then
      # Nothing tells whether a fork was missed: look once more.
      [ "$round" -lt 2 ] || break
    else
      [ "$last" = "$before" ] && break
      from=$((before + 1))
    fi
  done
}

# The start of pid $1 in clock ticks since the boot, and which boot. The name in the second field may
# hold spaces, parentheses and newlines.
start() {
  text=
  while read -r line; do
    text="$text $line"
  done 2>/dev/null <"/proc/$1/stat"
  set -- ${text##*) }
  [ "$#" -ge 20 ] || return
  shift 19
  boot=
  read -r boot 2>/dev/null </proc/sys/kernel/random/boot_id
  found="$1@${boot%%-*}"
}

trust
while read -r id what signal from age marks; do
  found=
  failed=
  case $what in
  look)
    nonces=
    limits=
    by_nonce=
    by_limit=
    for mark in $marks; do
      nonces="$nonces ${mark%:*}"
      limits="$limits ${mark#*:}"
      by_nonce="$by_nonce|${mark%:*}"
      by_limit="$by_limit|${mark#*:}"
    done
    by_nonce="^WAVE_NONCE=([0-9a-f]{32}/)*(${by_nonce#|})(/|\$)"
    by_limit="Max file locks +(${by_limit#|}) "
    look
    ;;
  start) start "$signal" ;;
  esac
  [ -z "$failed" ] || found=!
  echo "$id $found"
done
