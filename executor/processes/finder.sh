# The search for the processes of attempts; one such shell serves a run. POSIX sh (dash, bash, busybox).
#
# Requests, one a line:  ID look SIGNAL|- LEADER|- FROM|- AGE_MS OTHERS|- NONCE:LIMIT...
#                                             answer: ID PID... and words
#                        ID start PID         answer: ID START
#                        ID marks             answer: ID both|one|none
# The words: "!PID" is there and takes no signal of this user's; "~" others forked faster than this looks;
# "?" there is no /proc, and PID stands for the leader's group; "!" the search itself failed; "^PID" nothing
# was found below PID, and the next request is to go on from there.
#
# Found is what carries a mark; what that, or the leader, has as children, in its session or in its group,
# because a program that changes the user (su, sudo) sheds the marks; and what was found so before, by its
# pid and start, until all of it is gone.
#
# The kernel gives pids in ascending order and starts again at the top of the range, and the last field
# of /proc/loadavg is the newest. So what an attempt started lies between its leader's pid (FROM) and
# that cursor, as long as the attempt is too young (AGE_MS) for a whole turn. Otherwise all of /proc is read.
#
# Whoever vanished before it was looked at has left only children with greater pids. So nothing was missed
# when a look is over and the cursor has not moved; or when every pid up to the cursor, from where it stood at
# the look before, was still there to be looked at. Otherwise the pids behind it are looked at, at most
# ROUNDS times and for SECONDS_AT_MOST.
#
# A leader begins a session, and nobody joins one: a session belongs to an attempt as a whole or not at all.
# What others start is therefore passed over by its session, however much it is.
#
# OTHERS are the pids, ",PID,PID,", that the owner gave to leaders of other attempts since AGE_MS ago. As no
# pid is given twice in that time, each of them is that leader or nothing, and is passed over unread. The
# owner knows by the next request which of the pids that appeared meanwhile are leaders too: hence "^PID".

owner=$1
ROUNDS=50
SECONDS_AT_MOST=2
LC_ALL=C
export LC_ALL
trap '' INT QUIT HUP TERM

# Sets `clock` to the seconds since the boot.
clock() {
  read -r clock rest 2>/dev/null </proc/uptime || clock=0
  clock=${clock%%.*}
}

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

# Signals pid $1, which belongs to an attempt, and adds it to `found`.
take() {
  case $signal in
  -) ;;
  STOP | KILL)
    # The whole group at once, if it is the head of one: nothing forks its way out of that.
    kill -s "$signal" -- "-$1" 2>/dev/null ||
      kill -s "$signal" "$1" 2>/dev/null || refuse "$1" || return 0
    ;;
  *)
    kill -s "$signal" "$1" 2>/dev/null || refuse "$1" || return 0
    # A stopped process acts on SIGTERM only when it goes on.
    kill -s CONT "$1" 2>/dev/null
    ;;
  esac
  found="$found $1"
}

# Notes that pid $1 could not be signalled; fails when it is only gone.
refuse() {
  alive "$1" || return 1
  refused="$refused !$1"
}

# Sets `parent`, `group`, `session` and `born` of pid $1. Its name may hold spaces, parentheses and newlines.
family() {
  text=
  while read -r line; do
    text="$text $line"
  done 2>/dev/null <"/proc/$1/stat"
  set -- ${text##*) }
  [ "$#" -ge 20 ] || return 1
  parent=$2 group=$3 session=$4
  shift 19
  born=$1
}

# True when one of `roots` is the parent, the group or the session of the family at hand.
akin() {
  case " $roots " in
  *" $parent "* | *" $group "* | *" $session "*) return 0 ;;
  esac
  return 1
}

# Sets `roots`: what was found, and the leader unless its pid is another process by now.
root() {
  roots=$found
  [ "$leader" = - ] && return
  if family "$leader"; then
    [ "$parent" = "$owner" ] && [ "$session" = "$leader" ] || return 0
  fi
  roots="$roots $leader"
}

# Takes pid $1, which no mark has proven, and remembers it: its ties may be cut when its parent ends.
adopt() {
  family "$1" && akin && alive "$1" || return 0
  take "$1"
  kin="$kin $first:$1:$born"
  roots="$roots $1"
}

# Takes what was adopted before and is still the same process.
remembered() {
  known=$kin
  kin=
  for row in $known; do
    nonce=${row%%:*}
    row=${row#*:}
    case " $nonces " in
    *" $nonce "*)
      pid=${row%:*}
      family "$pid" && [ "$born" = "${row#*:}" ] && alive "$pid" || continue
      case " $found " in *" $pid "*) ;; *) take "$pid" ;; esac
      ;;
    esac
    kin="$kin $nonce:$row"
  done
}

# Adopts among all processes, or of those from pid `from` to `last`, until nothing is added.
adopt_all() {
  root
  [ -n "$roots" ] || return 0
  # With the name of the file in each line, which no process can forge for another.
  table=$(grep -Hs ')' /proc/[0-9]*/stat |
    sed -n 's,^/proc/\([0-9]*\)/stat:.*) [A-Za-z] \([0-9]*\) \([0-9]*\) \([0-9]*\) .*,\1:\2:\3:\4,p')
  changed=yes
  while [ -n "$changed" ]; do
    changed=
    for row in $table; do
      pid=${row%%:*}
      row=${row#*:}
      parent=${row%%:*}
      row=${row#*:}
      group=${row%:*}
      session=${row#*:}
      akin || continue
      case " $found $$ $owner 1 $others" in *[\ ,]"$pid"[\ ,]*) continue ;; esac
      before_count=$found
      adopt "$pid"
      [ "$before_count" = "$found" ] || changed=yes
    done
  done
}

# True when the session of pid $1, whose family is at hand, is not the attempt's: it is outside of this pid
# namespace, older than the leader (`floor`), another leader's, or begun by a process that is still there and
# does not belong to the attempt. Of one whose first process is gone nothing is known.
foreign() {
  case " $strangers " in *" $session "*) return 0 ;; esac
  [ "$session" -gt 0 ] || return 0
  [ -n "$floor" ] && [ "$session" -lt "$floor" ] && return 0
  # One that began since the last look is looked at itself first: its ties are not known yet.
  [ "$session" != "$leader" ] && [ "$session" -lt "$from" ] || return 1
  case $others in *",$session,"*) return 0 ;; esac
  case " $found $unknown " in *" $session "*) return 1 ;; esac
  suspect=$session
  if family "$suspect" && [ "$session" = "$suspect" ] && ! akin && ! marked "$suspect" &&
    alive "$suspect"; then
    strangers="$strangers $suspect"
    return 0
  fi
  unknown="$unknown $suspect"
  return 1
}

# Considers pid $1, which appeared since the last look, unless it is a stranger; notes in `vanished` when it
# is not there to be asked.
meet() {
  # Threads answer by their number too, the owner's own above all.
  [ ! -d "/proc/$owner/task/$1" ] || return 0
  family "$1" || {
    vanished=yes
    return 0
  }
  foreign && return
  if alive "$1"; then consider "$1"; else vanished=yes; fi
}

# Adds pid $1 to the batch and examines it when it is full: the arguments of a program have a limit.
consider() {
  case $others in *",$1,"*) return ;; esac
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
    many=yes
    vanished=yes
  else
    for pid in $batch; do
      case " $found " in *" $pid "*) continue ;; esac
      # What ends meanwhile has no marks any more.
      if marked "$pid" && alive "$pid"; then take "$pid"; else alive "$pid" || vanished=yes; fi
    done
    root
    # In the order of their start, so that a parent comes before its children; the second time for the rest.
    for pid in $batch $batch; do
      case " $found " in *" $pid "*) continue ;; esac
      [ -d "/proc/$pid" ] && adopt "$pid"
    done
  fi
  batch=
  count=0
}

look() {
  begin=$from
  first=${nonces# }
  first=${first%% *}
  if [ ! -r /proc/self/limits ]; then
    blind
    return
  fi
  case $signal in
  TERM)
    # All are known before the first of them ends: a child whose parent is gone has lost its ties.
    signal=-
    scan
    [ -n "$found" ] || return 0
    signal=TERM from=$begin
    ;;
  esac
  scan
}

scan() {
  strangers=
  unknown=
  found=
  refused=
  batch=
  count=0
  round=0
  many=
  remembered
  if [ "$from" != - ] && [ "$((age * 200))" -ge "${pid_max:-0}" ]; then
    from=-
    others=-
  fi
  clock
  began=$clock
  floor=
  [ "$leader" = - ] || [ "$from" = - ] || [ "$from" -lt "$leader" ] || floor=$leader
  while [ "$round" -lt "$ROUNDS" ]; do
    round=$((round + 1))
    cursor
    before=$last
    vanished=yes
    if [ -n "$last" ] && [ "$from" != - ] && [ "$last" -ge "$from" ] &&
      [ "$((last - from))" -lt 500 ]; then
      vanished=
      root
      pid=$from
      while [ "$pid" -le "$last" ]; do
        case $others in
        *",$pid,"*)
          pid=$((pid + 1))
          continue
          ;;
        esac
        meet "$pid"
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
    [ -z "$many" ] || adopt_all
    many=
    cursor
    if [ -z "$before" ] || [ -z "$last" ]; then
      # Nothing tells whether a fork was missed: look once more.
      [ "$round" -lt 2 ] || break
    else
      [ "$last" = "$before" ] || [ -z "$vanished" ] && break
      from=$((before + 1))
      if [ -z "$found" ] && [ "$others" != - ] && [ "$round" -ge 10 ]; then
        refused=" ^$from"
        return
      fi
      clock
      if [ "$round" -ge "$ROUNDS" ] || [ "$round" -gt 2 -a "$((clock - began))" -gt "$SECONDS_AT_MOST" ]; then
        refused="$refused ~"
        break
      fi
    fi
  done
  # What was adopted counts until all of an attempt is gone.
  [ -n "$found" ] || forget
}

# Drops what was adopted for the marks at hand.
forget() {
  known=$kin
  kin=
  for row in $known; do
    case " $nonces " in *" ${row%%:*} "*) ;; *) kin="$kin $row" ;; esac
  done
}

# Without /proc nothing tells what is there, except for the leader's group.
blind() {
  refused=" ?"
  [ "$leader" = - ] && return
  if [ "$signal" != - ]; then kill -s "$signal" -- "-$leader" 2>/dev/null; fi
  if kill -s 0 -- "-$leader" 2>/dev/null; then found=" $leader"; fi
}

# The start of pid $1 in clock ticks since the boot, and which boot.
start() {
  family "$1" || return
  boot=
  read -r boot 2>/dev/null </proc/sys/kernel/random/boot_id
  found="$born@${boot%%-*}"
}

# Whether a process that is started can carry the mark that is a limit; a finite hard limit is below it.
marks() {
  [ -r /proc/self/limits ] || {
    found=none
    return
  }
  hard=$(ulimit -H -w 2>/dev/null || ulimit -H -x 2>/dev/null)
  case $hard in unlimited) found=both ;; *) found=one ;; esac
}

kin=
trust
while read -r id what signal leader from age others marks; do
  found=
  failed=
  refused=
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
  marks) marks ;;
  esac
  [ -z "$failed" ] || found=!
  echo "$id $found$refused"
done
