#!/bin/sh
# Starts viofosync in its container, as the user that PUID and PGID (or `docker run --user`) name.
# Arguments are passed on to the program: `docker run IMAGE backup`.
# Nothing is changed on the way: no account is made, no file changes its owner.
set -eu

# Everything that is looked at lies below this folder; only the tests set it.
root=${VIOFOSYNC_ROOT:-}
here=$(dirname -- "$(readlink -f -- "$0")")
config=${CONFIG_DIR:-/config}
recordings=${RECORDINGS:-/recordings}

say() {
  printf 'viofosync: %s\n' "$*" >&2
}

fail() {
  say "cannot start: $*"
  exit 2
}

# Whether this is a user's or group's number; not `-1`, which is how the system says "unchanged".
is_id() {
  case $1 in
    0) return 0 ;;
    '' | 0* | *[!0-9]*) return 1 ;;
  esac
  [ "${#1}" -le 10 ] && [ "$1" -lt 4294967295 ]
}

# The owner (%u or %g) of what an earlier start left in the config folder; root's number when there is nothing.
owner_of_state() {
  for path in viofosync.db config.json settings.json .; do
    if [ -e "$root$config/$path" ]; then
      stat -c "$1" -- "$root$config/$path"
      return
    fi
  done
  echo 0
}

# PUID or PGID ($1 is its name, $2 its value, $3 what `stat` calls it). Unset, an existing installation keeps the
# owner it has, and a new one gets 1000.
chosen_id() {
  id=${2:-$(owner_of_state "$3")}
  [ -n "$2" ] || [ "$id" != 0 ] || id=1000
  is_id "$id" || fail "$1=$2 is not a number of a user or group. Use one such as 1000; \`id\` on the host shows yours."
  echo "$id"
}

# The groups that open a graphics card: those of its nodes, and those that the container was given (group_add).
# Never root's, nor 65534, which stands for a group that this container cannot know.
graphics_groups() {
  {
    for node in "$root"/dev/dri/renderD* "$root"/dev/dri/card*; do
      [ ! -e "$node" ] || stat -c %g -- "$node"
    done
    id -G | tr ' ' '\n'
  } | sort -un | grep -vx -e 0 -e 65534 -e "$1" | paste -sd , -
}

# From root to the chosen user: this script begins again as that user.
become_user() {
  uid=$(chosen_id PUID "${PUID:-}" %u)
  gid=$(chosen_id PGID "${PGID:-}" %g)
  [ -n "${PUID:-}" ] || say "PUID is not set: running as user $uid, group $gid."
  groups=$(graphics_groups "$gid")
  become="--reuid=$uid --regid=$gid --no-new-privs ${groups:+--groups=$groups}"
  [ -n "$groups" ] || become="$become --clear-groups"
  # shellcheck disable=SC2086 # options made of numbers only
  why=$(setpriv $become -- true 2>&1) ||
    fail "cannot become user $uid, group $gid (${why#setpriv: }). Start the container with --user $uid:$gid instead, or leave it the capabilities SETUID and SETGID."
  # shellcheck disable=SC2086
  exec setpriv $become -- "$0" "$@"
}

warn_unless_writable() {
  folder=$root$1
  [ -d "$folder" ] || return 0
  [ ! -w "$folder" ] || [ ! -x "$folder" ] || return 0
  say "$1 cannot be written by user $(id -u), group $(id -g). Its owner is $(stat -c %u:%g -- "$folder"): set PUID and PGID to that, or on the host change the owner of the folder that is mounted there (chown -R $(id -u):$(id -g) FOLDER), and see that it is not mounted read-only."
}

# Warns unless a volume is mounted at the folder or above it.
warn_unless_mounted() {
  [ -r "$root/proc/self/mountinfo" ] || return 0
  # As this file spells blanks.
  wanted=$(printf '%s/' "$1" | sed 's/ /\\040/g')
  while read -r _ _ _ _ point _; do
    case $wanted in "${point%/}"/*) [ "$point" = / ] || return 0 ;; esac
  done <"$root/proc/self/mountinfo"
  say "$1 is not a volume: $2 will be lost with this container. Mount a folder there, for example -v /path/on/the/host:$1"
}

warn_about_zone() {
  if [ -z "${TZ:-}" ]; then
    say "TZ is not set: the camera's clock is read as UTC. Set it to the zone the camera shows, for example TZ=Europe/London."
  elif [ ! -f "$root/usr/share/zoneinfo/$TZ" ]; then
    say "TZ=$TZ is not a time zone. Use a name such as Europe/London."
  fi
}

warn_about_user() {
  if [ "$(id -u)" -eq 0 ]; then
    say "PUID=0: running as root. Set PUID and PGID to the owner of your folders instead."
  elif [ "${PUID:-$(id -u)}" != "$(id -u)" ]; then
    say "PUID=$PUID is not used: the container was started as user $(id -u) (--user)."
  fi
}

case ${UMASK:-} in
  '') ;;
  0[0-7][0-7] | 00[0-7][0-7]) umask "$UMASK" ;;
  *) fail "UMASK=$UMASK is not usable. Use three digits that begin with 0, such as 002, 022 or 027." ;;
esac

[ "$(id -u)" -ne 0 ] || [ "${PUID:-}" = 0 ] || become_user "$@"

case ${1:-} in
  -h | --help | -v | --version | help) ;;
  *)
    warn_about_user
    warn_about_zone
    warn_unless_mounted "$config" 'the database and all settings'
    warn_unless_mounted "$recordings" 'the recordings'
    warn_unless_writable "$config"
    # Beside the start, and as nobody's child: a network share that hangs must not keep the page from answering.
    ( (warn_unless_writable "$recordings") &)
    ;;
esac

# Unless it is set to a folder of this user's: some of ffmpeg's libraries keep things there.
[ -w "${HOME:-}" ] || export HOME=/tmp

exec "$here/serve.sh" "$@"
