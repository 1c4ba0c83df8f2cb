if ! have sshd; then
  have dropbear && unsupported "dropbear serves SSH here, and its keys are not read"
  absent "no sshd in the PATH"
fi
tab=$(echo x | tr x '\t')

# Where keys lie. sshd -T needs root; the lines of the files add what Match blocks say.
settings() {
  { sshd -T 2>/dev/null || sshd -G 2>/dev/null || echo igaudit-refused; } |
    awk '/^(authorizedkeysfile|trustedusercakeys|hostkey|modulifile|authorizedkeyscommand|igaudit-refused)( |$)/'
  echo igaudit-files
  # shellcheck disable=SC2086  # patterns
  cat $files 2>/dev/null | awk '{
    sub(/^[ \t]+/, ""); keyword = $0; sub(/[ \t=].*/, "", keyword)
    value = substr($0, length(keyword) + 1); sub(/^[ \t=]+/, "", value); gsub(/"/, "", value)
    sub(/[ \t]#.*/, "", value); keyword = tolower(keyword)
    if (keyword ~ /^(authorizedkeysfile|trustedusercakeys|hostkey|modulifile|authorizedkeyscommand)$/)
      print keyword " " value
  }'
}

# Without sshd -T the files speak, and the defaults of every version since 7.0.
places() {
  settings | awk '
    $1 == "igaudit-refused" { refused = 1; next }
    $1 == "igaudit-files" { files = 1; next }
    files && !refused && ($1 == "hostkey" || $1 == "modulifile") { next }
    $1 == "authorizedkeyscommand" { $0 = $1 " " $2 }
    { seen[$1] = 1; if (!printed[$0]++) print }
    END {
      if (refused && !seen["hostkey"]) {
        print "hostkey /etc/ssh/ssh_host_rsa_key"
        print "hostkey /etc/ssh/ssh_host_ecdsa_key"
        print "hostkey /etc/ssh/ssh_host_ed25519_key"
      }
      if (!seen["authorizedkeysfile"]) print "authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2"
      if (!seen["modulifile"]) print "modulifile /etc/ssh/moduli"
    }'
}

accounts() {
  { getent passwd || cat /etc/passwd; } 2>/dev/null
  for home in /home/*; do
    [ -d "$home" ] && echo "${home##*/}:::::$home:"
  done
}

# A home on another machine may be away: then reading would wait for it without end.
elsewhere() {
  for mount in $remote; do
    case $1 in "$mount"/*) return 0 ;; esac
  done
  return 1
}

# Whether a folder on the way to a file cannot be searched: then nothing is known of the file.
hidden() {
  folder=${1%/*}
  until [ -d "${folder:-/}" ]; do folder=${folder%/*}; done
  ! [ -x "${folder:-/}" ]
}

# file KIND ACCOUNT PATH: a line for a file with keys, or why it could not be read.
file() {
  if elsewhere "$3"; then
    echo "remote$tab$1$tab$3"
  elif hidden "$3"; then
    echo "denied$tab$1$tab$3"
  elif [ -f "$3" ]; then
    [ -r "$3" ] && echo "keys$tab$1$tab$2$tab$3" || echo "denied$tab$1$tab$3"
  elif [ -e "$3" ] || { [ "$1" = host ] && [ -e "${3%.pub}" ]; }; then
    echo "odd$tab$1$tab$3"
  fi
}

found() {
  echo "$places" | while read -r keyword value; do
    case $keyword:$value in
      hostkey:*) file host - "${value%.pub}.pub" ;;
      trustedusercakeys:/*) file ca - "$value" ;;
    esac
  done
  patterns=$(echo "$places" | sed -n 's/^authorizedkeysfile //p')
  accounts | while IFS=: read -r account _ uid _ _ home _; do
    set -f
    for pattern in $patterns; do
      [ "$pattern" = none ] && continue
      expand "$pattern" "$account" "$uid" "$home"
      case $path in /*) ;; *) path=${home%/}/$path ;; esac
      file authorised "$account" "$path"
    done
    set +f
  done | awk -F "$tab" '!seen[$NF]++'
}

# expand PATTERN ACCOUNT NUMBER HOME: the tokens of AuthorizedKeysFile, with no process for each account.
expand() {
  path=
  rest=$1
  while [ "$rest" != "${rest#*%}" ]; do
    path=$path${rest%%\%*}
    rest=${rest#*%}
    case $rest in
      h*) path=$path$4 ;;
      u*) path=$path$2 ;;
      U*) path=$path$3 ;;
      *) path=$path% ;;
    esac
    rest=${rest#?}
  done
  path=$path$rest
}

options='^((no-)?(agent-forwarding|port-forwarding|pty|user-rc|x11-forwarding|touch-required)|cert-authority'
options="$options|command|environment|expiry-time|from|permitlisten|permitopen|principals|restrict|tunnel"
options="$options|verify-required)\$"

# keys MODE: from the list of files, what each key is (`said`), or the keys themselves for ssh-keygen, with
# a number in place of the comment (`whole`). Of options only the names are said.
keys() {
  awk -F "$tab" -v mode="$1" -v known="$options" '
    function option_names(text, i, sign, quoted, name, names, skip) {
      for (i = 1; i <= length(text) + 1; i++) {
        sign = i <= length(text) ? substr(text, i, 1) : ","
        if (sign == "\\" && substr(text, i + 1, 1) == "\"") i++
        else if (sign == "\"") quoted = !quoted
        else if (sign == "," && (!quoted || i > length(text))) {
          if (tolower(name) ~ known) names = names "," tolower(name)
          name = ""; skip = 0
        } else if (sign == "=") skip = 1
        else if (!skip) name = name sign
      }
      return substr(names, 2)
    }
    function option_end(text, i, sign, quoted) {
      for (i = 1; i <= length(text); i++) {
        sign = substr(text, i, 1)
        if (sign == "\\" && substr(text, i + 1, 1) == "\"") i++
        else if (sign == "\"") quoted = !quoted
        else if ((sign == " " || sign == "\t") && !quoted) return i
      }
      return 0
    }
    function one(line, number, options, words, end) {
      sub(/\r$/, "", line); sub(/^[ \t]+/, "", line)
      options = ""
      if (line !~ /^(ssh|ecdsa|sk|webauthn)-/) {
        end = option_end(line)
        options = substr(line, 1, end - 1); line = substr(line, end + 1)
        sub(/^[ \t]+/, "", line)
      }
      split(line, words, /[ \t]+/)
      if (words[1] !~ /^(ssh|ecdsa|sk|webauthn)-[A-Za-z0-9@.-]+$/ || words[2] !~ /^[A-Za-z0-9+\/=]+$/) return
      count++
      if (mode == "whole") print words[1], words[2], count
      else print "igaudit-key " count " " number " " words[1] " " option_names(options)
    }
    $1 != "keys" { if (mode == "said") print "igaudit-" $0; next }
    {
      path = $4; number = 0
      if (mode == "said") print "igaudit-" $0
      while (number < 5000 && (getline line < path) > 0) {
        number++
        if (line ~ /[^ \t\r]/ && line !~ /^[ \t]*#/) one(line, number)
      }
      close(path)
      if (number == 5000 && mode == "said") print "igaudit-odd\t" $2 "\t" path
    }
  '
}

# Whether a server of root's, of this namespace of processes, was started with places of its own.
moved() {
  namespace=$(readlink /proc/self/ns/pid)
  grep -lxs sshd /proc/[0-9]*/comm | while read -r comm; do
    process=${comm%/comm}
    read -r title 2>/dev/null <"$process/cmdline"
    case $title in "sshd: /"* | /*) ;; *) continue ;; esac
    awk '/^Uid:/ { exit ($2 + $3 + $4 + $5 != 0) }' "$process/status" || continue
    other=$(readlink "$process/ns/pid") && [ "$other" != "$namespace" ] && continue
    tr '\0' ' ' <"$process/cmdline"
    echo
  done | grep -qiE ' -(f|h|o *(authorizedkeys|trusteduserca|hostkey[ =]))'
}

[ -r /etc/ssh/sshd_config ] || denied "/etc/ssh/sshd_config cannot be read"
# The files of settings, and those that they include.
files="/etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf"
# shellcheck disable=SC2086
files="$files "$(cat $files 2>/dev/null | tr '=\t"' '   ' | awk 'tolower($1) == "include" {
  for (i = 2; i <= NF && $i !~ /^#/; i++)
    if ($i !~ /^(\/etc\/ssh\/)?sshd_config[.]d\/[*][.]conf$/) print ($i ~ /^\// ? "" : "/etc/ssh/") $i }')
# shellcheck disable=SC2086
for place in /etc/ssh/sshd_config.d $files; do
  [ ! -e "$place" ] || [ -r "$place" ] || denied "$place cannot be read"
done
remote=$(awk '$3 ~ /^(autofs|nfs4?|cifs|smb[23]?|smbfs|afs|9p|ceph|lustre|glusterfs|fuse[.](sshfs|glusterfs|rclone))$/ {
  print $2 }' /proc/mounts 2>/dev/null)
places=$(places)
echo "$places" | sed 's/^/igaudit-setting /'
moved && echo igaudit-options
list=$(found)
echo "$list" | keys said
echo "$list" | keys whole | ssh-keygen -lf - 2>/dev/null | awk '{ print "igaudit-bits " $3 " " $1 }'
echo "$list" | awk -F "$tab" '$1 == "keys" { if ($2 == "host") sub(/[.]pub$/, "", $4); print $4 }' | tr '\n' '\0' |
  xargs -0 stat -L -c 'igaudit-stat %a:%U:%G:%n' 2>/dev/null
moduli=$(echo "$places" | sed -n 's/^modulifile //p' | head -n 1)
if [ -r "$moduli" ]; then
  awk '!/^#/ && NF >= 7 && (!least || $5 < least) { least = $5 }
    END { print "igaudit-moduli " (least ? least + 1 : "none") }' "$moduli"
elif ! [ -e "$moduli" ] && ! hidden "$moduli"; then
  echo "igaudit-moduli none"
fi
exit 0
