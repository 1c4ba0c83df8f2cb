program=''
for name in apache2 httpd /usr/local/apache2/bin/httpd; do
  [ -n "$program" ] || ! have "$name" || program=$name
done
[ -n "$program" ] || absent "no Apache is installed"
main=''
for file in /etc/apache2/apache2.conf /etc/httpd/conf/httpd.conf /etc/apache2/httpd.conf \
  /usr/local/apache2/conf/httpd.conf; do
  if [ -e "$file" ] || { [ -e "${file%/*}" ] && [ ! -x "${file%/*}" ]; }; then
    main=$file
    break
  fi
done
[ -n "$main" ] || unsupported "$program is installed, and its settings are in none of the usual places"
case $main in
  /etc/httpd/*) root=/etc/httpd ;;
  /usr/local/*) root=/usr/local/apache2 ;;
  *) root=/etc/apache2 ;;
esac
[ -x "${main%/*}" ] || denied "${main%/*} cannot be read"
can_read "$main"
"$program" -v | sed -n 's,^Server version: Apache/\([0-9.]*\).*,igaudit-version \1,p'
"$program" -l | sed -n 's/^ *\([a-z0-9_]*\)\.c$/builtin	\1/p'
! have openssl || echo "igaudit-openssl $(openssl version)"
# Red Hat's Apache takes its versions from here where it is told none.
policy=/etc/crypto-policies/back-ends/opensslcnf.config
[ ! -r "$policy" ] || sed -n 's/^\(TLS\.\)\{0,1\}MinProtocol *= *\(TLSv[0-9.]*\).*/igaudit-policy \2/p' "$policy" | head -n 1

# The lines that matter, words parted by tabs, without what others wrote into headers, conditions and addresses.
# shellcheck disable=SC2016  # awk's own variables
words='
BEGIN {
  split("include includeoptional loadmodule define undefine serverroot listen servername sslengine sslprotocol " \
    "sslciphersuite sslhonorcipherorder sslcompression sslsessiontickets sslopensslconfcmd rewriteengine", names, " ")
  for (i in names) plain[names[i]] = 1
  split("wsgiscriptalias fcgidwrapper", names, " ")
  for (i in names) handed[names[i]] = 1
}
# Whether a condition of mod_rewrite is true of every request over plain HTTP.
function of_plain(variable, value) {
  if (variable == "%{HTTPS}") return value ~ /^(=?off|\^off\$?|!=?on|!\^on\$?)$/
  if (variable == "%{SERVER_PORT}") return value ~ /^(=?80|\^80\$?|!=?443|!\^443\$?)$/
  return variable == "%{SERVER_NAME}"
}
function parted(line,   i, c, quote, open) {
  count = 0
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1)
    if (!open && (c == " " || c == "\t")) continue
    if (!open) { word[++count] = ""; open = 1; if (c == "\"" || c == "\047") { quote = c; continue } }
    if (quote != "" ? c == quote : (c == " " || c == "\t")) { quote = ""; open = 0 }
    else word[count] = word[count] c
  }
}
{ sub(/\r$/, "") }
going { $0 = rest $0; going = 0 }
/\\$/ { rest = substr($0, 1, length($0) - 1); going = 1; next }
/^[ \t]*(#|$)/ { next }
/^[ \t]*</ {
  line = $0
  gsub(/^[ \t]*<|>[ \t]*$/, "", line)
  parted(line)
  name = tolower(word[1])
  if (name ~ /^\/?(virtualhost|ifmodule|ifdefine|ifversion|iffile)$/) {
    sub(/^[^ \t]+[ \t]*/, "", line)
    print "<" name "\t" line
  }
  else print "<" name
  next
}
{
  parted($0)
  name = tolower(word[1])
  if (name == "use") print "igaudit-unfollowed " name " " word[2]
  # mod_proxy is asked before mod_alias, so what it takes is not redirected.
  else if (name ~ /^proxypass(match)?$/) { if (word[count] != "!") print "handed_on\tbefore" }
  else if (name in handed || (name ~ /^(set|add)handler$/ && word[2] ~ /proxy:|php|cgi|wsgi/)) print "handed_on"
  else if (name in plain) {
    line = name
    if (name == "define" && count > 2 && word[3] !~ /^\//) count = 2
    for (i = 2; i <= count; i++) line = line "\t" word[i]
    print line
  }
  else if (name == "header") {
    at = (tolower(word[2]) == "always" || tolower(word[2]) == "onsuccess") ? 3 : 2
    if (tolower(word[at + 1]) != "strict-transport-security") next
    if (count > at + 2 && word[count] != "env=HTTPS") print "handed_on"
    else print "hsts\t" tolower(word[at]) "\t" word[at + 2]
  }
  else if (name == "redirect" || name == "redirectpermanent" || name == "redirecttemp") {
    from = (name == "redirect" && count > 3) ? 3 : 2
    print "redirect\t" (word[from] == "/" ? "all" : "some") "\t" (index(word[from + 1], "https://") == 1 ? "https" : "other")
  }
  else if (name == "rewritecond") print "rewritecond\t" (of_plain(word[2], word[3]) ? word[2] : word[3] ~ /^!.*acme-challenge/ ? "acme" : "other")
  else if (name == "rewriterule") print "rewriterule\t" (word[2] ~ /^(\^?\/?(\(?\.[*?]+\)?)?\$?)$/ && word[4] !~ /[[,](P|proxy)[],]/ ? "all" : "some") "\t" (index(word[3], "https://") == 1 ? "https" : "other")
}
END { if (going) print "igaudit-cut" }'

# show FILE DEPTH: the lines of a file, with those of what it includes in their place.
# shellcheck disable=SC2030,SC2031  # ServerRoot holds for what this file includes
show() (
  if [ ! -r "$1" ]; then
    echo "igaudit-denied $1"
    exit 0
  fi
  if [ "$2" -gt 5 ]; then
    echo "igaudit-deep $1"
    exit 0
  fi
  echo "igaudit-file $1"
  awk "$words" "$1" | while IFS= read -r line; do
    case $line in
      "serverroot	"*) root=${line#serverroot?} ;;
      "include	"* | "includeoptional	"*) follow "${line#*	}" "${line%%	*}" $(($2 + 1)) ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
  echo "igaudit-end $1"
)
# follow PATTERN include|includeoptional DEPTH: every file that an include names; of a folder, all of them.
# shellcheck disable=SC2031
follow() (
  # shellcheck disable=SC2016  # Apache's variable, as Debian's settings write it
  case $1 in
    /*) pattern=$1 ;;
    '${APACHE_CONFDIR}/'*) pattern=/etc/apache2/${1#*/} ;;
    *'${'*)
      echo "igaudit-unfollowed $1"
      exit 0
      ;;
    *) pattern=$root/$1 ;;
  esac
  IFS=
  for file in $pattern; do
    if [ -d "$file" ]; then
      ! closed "$file" || echo "igaudit-denied $file"
      for inner in "${file%/}"/*; do
        [ ! -f "$inner" ] || show "$inner" "$3"
      done
    elif [ -f "$file" ]; then
      show "$file" "$3"
    elif closed "${file%/*}"; then
      echo "igaudit-denied ${file%/*}"
    elif [ "$file" != "$pattern" ]; then
      echo "igaudit-denied $file"
    elif [ "$2" = include ]; then
      case $pattern in *[*?[]*) : ;; *) echo "igaudit-missing $pattern" ;; esac
    fi
  done
)
settings=$(show "$main" 1)
printf '%s\n' "$settings"

have openssl || exit 0
# mod_ssl itself adds the end of the string; DEFAULT is what it takes where it is told none.
{
  printf '%s\n' "$settings" | sed -n 's/^sslciphersuite	SSL	//p; t
s/^sslciphersuite	\([^	]*\)$/\1/p'
  echo DEFAULT
} | sort -u | head -n 20 | while IFS= read -r string; do
  case $string in
    -*) continue ;;
    PROFILE=*) whole=$string ;;
    *) whole=$string:'!aNULL:!eNULL:!EXP' ;;
  esac
  suites=$(openssl ciphers -s -stdname "$whole") || continue
  echo "igaudit-suites $string"
  printf '%s\n' "$suites" | sed 's/ .*//'
done
exit 0
