if ! have sshd; then
  have dropbear && unsupported "dropbear serves SSH here, and its settings are not read"
  absent "no sshd in the PATH"
fi
server=$(readlink -f "$(command -v sshd)")
user=$(id -u)
if [ "$user" != 0 ] && ! read -r _ </proc/1/comm; then
  denied "the options that sshd runs with cannot be seen"
fi

# The servers that listen: root's, of this namespace of processes. Only the options that bear on the
# settings are kept; a server that is another program is named, and never run.
listeners() {
  namespace=$(readlink /proc/self/ns/pid)
  grep -lxs sshd /proc/[0-9]*/comm | while read -r comm; do
    process=${comm%/comm}
    read -r title 2>/dev/null <"$process/cmdline"
    case $title in "sshd: /"* | /*) ;; *) continue ;; esac
    awk '/^Uid:/ { exit ($2 + $3 + $4 + $5 != 0) }' "$process/status" || continue
    other=$(readlink "$process/ns/pid") && [ "$other" != "$namespace" ] && continue
    program=$(readlink "$process/exe") || program=$server
    if [ "${program% (deleted)}" = "$server" ]; then
      options "$(tr '\0' ' ' <"$process/cmdline")"
    else
      echo "other $program"
    fi
  done
}

options() {
  title=${1#sshd: }
  kept=
  set -f
  # shellcheck disable=SC2086  # the title is split into its words
  set -- ${title%%"[listener]"*}
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      -[fhop]) kept="$kept $1 $2" && shift ;;
      -[fhop]?* | -4 | -6) kept="$kept $1" ;;
      -[bcCEgku]) shift ;;
      -[DdeiqrRtTbcCEgku]*) ;;
      *) kept="$kept $1" ;;
    esac
    [ $# -gt 0 ] && shift
  done
  set +f
  echo "options$kept"
}

# Whether it can be seen what is in a folder. sshd passes over folders that it cannot list without a word.
listable() {
  folder=$1
  until [ -d "${folder:-/}" ]; do folder=${folder%/*}; done
  [ -r "${folder:-/}" ] && [ -x "${folder:-/}" ]
}

# files FILE DEPTH: the lines of a file, with the files that it includes in their places.
files() (
  if [ ! -r "$1" ]; then
    echo "igaudit-denied $1"
    exit
  fi
  echo "igaudit-begin $(stat -L -c %a:%U:%G:%F:%n "$1")"
  while read -r line || [ -n "$line" ]; do
    keyword=${line%%[!A-Za-z0-9]*}
    case $keyword in
      '' | [Ss][Ee][Tt][Ee][Nn][Vv] | [Ff][Oo][Rr][Cc][Ee][Cc]* | [Aa][Uu][Tt][Hh]*[Cc][Oo][Mm][Mm][Aa][Nn][Dd]) ;;
      [Ii][Nn][Cc][Ll][Uu][Dd][Ee]) included "${line#"$keyword"}" "$2" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$1"
  echo igaudit-end
)

included() {
  case $1 in *'"'*) echo "igaudit-odd Include$1" && return ;; esac
  set -f
  for pattern in $1; do
    case $pattern in '=') continue ;; '#'*) break ;; esac
    pattern=${pattern#=}
    case $pattern in /*) ;; *) pattern=/etc/ssh/$pattern ;; esac
    listable "${pattern%/*}" || echo "igaudit-denied ${pattern%/*}"
    [ "$2" -lt 16 ] || continue
    [ -d "${pattern%/*}" ] && echo "igaudit-folder $(stat -L -c %a:%U:%G:%F:%n "${pattern%/*}")"
    set +f
    for file in $pattern; do
      [ -e "$file" ] && files "$file" $(($2 + 1))
    done
    set -f
  done
  set +f
}

# settings OPTIONS: what one server would do. Without its run-time folder or its host keys (an image, a
# server that waits for its socket) sshd -T refuses; then the files alone speak.
settings() {
  said=$(sshd -T "$@" 2>/dev/null) || said=$(sshd -G "$@" 2>/dev/null) || {
    said=$(sshd -T "$@" 2>&1)
    case $user:$said in
      0:*"Missing privilege separation directory"* | 0:*"no hostkeys available"*) said="igaudit-refused $said" ;;
      0:*) unsupported "sshd -T: $said" ;;
      *) denied "sshd -T needs root: $said" ;;
    esac
  }
  file=/etc/ssh/sshd_config
  while [ $# -gt 0 ]; do
    case $1 in -f) file=$2 ;; -f?*) file=${1#-f} ;; esac
    shift
  done
  walked=$(echo "igaudit-folder $(stat -L -c %a:%U:%G:%F:%n "${file%/*}")" && files "$file" 0)
  case $walked in *igaudit-denied*) denied "${walked#*igaudit-}" ;; esac
  printf '%s\n' "$said" | grep -vE '^(setenv|forcecommand|authorized[a-z]*command) '
  printf 'igaudit-files\n%s\n' "$walked"
}

found=$(listeners | sort -u)
printf '%s\n' "${found:-options}" | while read -r word rest; do
  case $word in
    other) echo "igaudit-other-server $rest" ;;
    *)
      echo "igaudit-server $rest"
      set -f
      # shellcheck disable=SC2086  # options are words
      set -- $rest
      set +f
      settings "$@"
      ;;
  esac
done || exit

echo igaudit-program
sshd -V 2>&1 | sed -n '/OpenSSH_/ { s/^/igaudit-version /p; q; }'
if [ -z "$found" ] && grep -qs '^CRYPTO_POLICY=' /etc/crypto-policies/back-ends/opensshserver.config; then
  echo igaudit-crypto-policy
fi

# OpenSSH 9.8 and later exchange keys in a program of its own. Not every grep looks behind a NUL.
knows_strict_kex() {
  for program in "$@"; do
    [ -r "$program" ] || return 2
  done
  cat "$@" | tr '\0' '\n' | grep -qF kex-strict-s-v00@openssh.com
}
# shellcheck disable=SC2046  # paths are words
knows_strict_kex "$server" $(sshd -G 2>/dev/null | sed -n 's/^sshd[a-z]*path //p')
case $? in
  0) echo "igaudit-strict-kex yes" ;;
  1) echo "igaudit-strict-kex no" ;;
esac

# The modules that PAM asks before it lets someone in, without their arguments.
awk '
  function opens(file, line, status) { status = (getline line < file); close(file); return status >= 0 }
  function show(name, depth, file, line, words, control) {
    file = "/etc/pam.d/" name
    if (!opens(file)) file = "/usr/lib/pam.d/" name
    if (depth > 8 || !opens(file)) { print "igaudit-pam-unread " name; return }
    while ((getline line < file) > 0) {
      sub(/^[ \t]+/, "", line)
      split(line, words)
      if (words[1] == "@include") show(words[2], depth + 1)
      if (tolower(words[1]) !~ /^-?auth$/) continue
      sub(/^[^ \t]+[ \t]+/, "", line)
      control = line
      if (control ~ /^\[/) sub(/\].*/, "]", control); else sub(/[ \t].*/, "", control)
      line = substr(line, length(control) + 1)
      split(line, words)
      if (control == "include" || control == "substack") show(words[1], depth + 1)
      else print "igaudit-pam " words[1] " " (line ~ /[ \t]nullok([ \t]|$)/ ? "nullok" : "all") " " control
    }
    close(file)
  }
  BEGIN { show("sshd", 0) }
' </dev/null
exit 0
