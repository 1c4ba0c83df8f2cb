program=''
for name in nginx /usr/local/nginx/sbin/nginx /opt/nginx/sbin/nginx /usr/local/openresty/nginx/sbin/nginx; do
  [ -n "$program" ] || ! have "$name" || program=$name
done
[ -n "$program" ] || absent "no nginx is installed"
# Only the version and how it was built: `nginx -t` and `nginx -T` create log files.
built=$("$program" -V 2>&1)
printf '%s\n' "$built" | sed -n 's,^nginx version: [^/]*/\([0-9.]*\).*,igaudit-version \1,p
s/^built with \(OpenSSL [^ ]*\).*(running with \(OpenSSL [^ ]*\) .*/igaudit-library \2/p; t
s/^built with \([^ ]* [^ ]*\).*/igaudit-library \1/p'
main=$(printf '%s\n' "$built" | sed -n 's/.*--conf-path=\([^ ]*\).*/\1/p')
if [ -z "$main" ]; then
  main=$(printf '%s\n' "$built" | sed -n 's/.*--prefix=\([^ ]*\).*/\1/p')/conf/nginx.conf
fi
prefix=${main%/*}
case $main in /?*/*) : ;; *) unsupported "nginx -V does not say where its settings are" ;; esac
[ "$main" != /conf/nginx.conf ] || unsupported "nginx -V does not say where its settings are"
[ -x "$prefix" ] || [ ! -e "$prefix" ] || denied "$prefix cannot be read"
[ -e "$main" ] || unsupported "nginx is installed, and has no $main"
[ -r "$main" ] || denied "$main cannot be read"
! have openssl || echo "igaudit-openssl $(openssl version)"

# Its main process says in its name with which file it was started.
cat /proc/[0-9]*/cmdline | tr '\0' '\n' | sed -n 's/^nginx: master process .* -c *\([^ ]*\).*/\1/p' | sort -u | while IFS= read -r file; do
  [ "$file" = "$main" ] || echo "igaudit-elsewhere $file"
done

# The statements that matter, one per line, words parted by tabs. What may hold a secret is cut: the conditions,
# addresses and headers of others.
# shellcheck disable=SC2016  # awk's own variables
words='
BEGIN {
  split("listen server_name ssl ssl_protocols ssl_ciphers ssl_ecdh_curve ssl_dhparam ssl_session_tickets " \
    "ssl_prefer_server_ciphers ssl_reject_handshake ssl_conf_command starttls include", names, " ")
  for (i in names) plain[names[i]] = 1
  split("proxy_pass fastcgi_pass uwsgi_pass scgi_pass grpc_pass", names, " ")
  for (i in names) handed[names[i]] = 1
}
function aim(text) { return index(text, "https://") == 1 ? "https" : "other" }
function push() { if (open) { word[++count] = text; text = ""; open = 0 } }
function said(   i, line) {
  line = word[1]
  for (i = 2; i <= count; i++) line = line "\t" word[i]
  gsub(/\n/, " ", line)
  print line
}
function statement() {
  if (count && word[1] in plain) said()
  else if (word[1] in handed) print "handed_on"
  else if (word[1] == "add_header") {
    if (tolower(word[2]) == "strict-transport-security") print "hsts\t" word[3]
    else print "header"
  }
  else if (word[1] == "return") print "return\t" (word[2] ~ /^[0-9]+$/ ? word[2] : 302) "\t" aim(word[count])
  else if (word[1] == "rewrite") print "rewrite\t" (word[2] ~ /^\^(\/?\(?\.\*\)?\$?)?$/ ? "all" : "some") "\t" aim(word[3])
  count = 0
}
function block(   what) {
  what = word[1]
  if (what == "location") {
    what = what "\t" (word[count] == "/" && word[2] != "=" ? "/" : word[count] ~ /^\/\.well-known\/acme-challenge/ ? "acme" : "other")
  }
  if (what == "if") what = what "\t" ((word[2] word[3] word[4]) ~ /^\(\$scheme(=http|!=https)\)$/ ? "plain" : "other")
  print "{\t" what
  count = 0
}
{
  size = length($0)
  for (i = 1; i <= size; i++) {
    c = substr($0, i, 1)
    if (c == "\\") { text = text substr($0, ++i, 1); open = 1 }
    else if (quote != "") { if (c == quote) quote = ""; else text = text c }
    else if (!open && (c == "\"" || c == "\047")) { quote = c; open = 1 }
    else if (c == "#" && !open) break
    else if (c == " " || c == "\t" || c == "\r") push()
    else if (c == ";") { push(); statement() }
    else if (c == "{" && substr($0, i - 1, 1) == "$") { text = text c; variable = 1 }
    else if (c == "{") { push(); block() }
    else if (c == "}" && variable) { text = text c; variable = 0 }
    else if (c == "}") { push(); count = 0; print "}" }
    else { text = text c; open = 1 }
  }
  if (quote != "") text = text "\n"; else push()
}
END { if (quote != "" || count) print "igaudit-cut" }'

# show FILE DEPTH: the statements of a file, with those of what it includes in their place.
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
      "include	"*) follow "${line#include?}" $(($2 + 1)) ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
  echo "igaudit-end $1"
)
# follow PATTERN DEPTH: every file that an include names.
follow() (
  case $1 in
    /*) pattern=$1 ;;
    *) pattern=$prefix/$1 ;;
  esac
  IFS=
  for file in $pattern; do
    if [ -f "$file" ]; then
      show "$file" "$2"
    elif closed "${file%/*}"; then
      echo "igaudit-denied ${file%/*}"
    elif [ "$file" != "$pattern" ] || [ -e "$file" ]; then
      echo "igaudit-denied $file"
    else
      case $pattern in *[*?[]*) : ;; *) echo "igaudit-missing $pattern" ;; esac
    fi
  done
)
settings=$(show "$main" 1)
printf '%s\n' "$settings"

have openssl || exit 0
# What each cipher string stands for is OpenSSL's own answer. The last one is nginx's default.
{
  printf '%s\n' "$settings" | sed -n 's/^ssl_ciphers	//p'
  echo 'HIGH:!aNULL:!MD5'
} | sort -u | head -n 20 | while IFS= read -r string; do
  case $string in -*) continue ;; esac
  suites=$(openssl ciphers -s -stdname "$string") || continue
  echo "igaudit-suites $string"
  printf '%s\n' "$suites" | sed 's/ .*//'
done
printf '%s\n' "$settings" | sed -n 's/^ssl_dhparam	//p' | sort -u | head -n 20 | while IFS= read -r file; do
  case $file in
    /*) path=$file ;;
    *) path=$prefix/$file ;;
  esac
  bits=$(openssl dhparam -in "$path" -noout -text | sed -n '1s/.*(\([0-9]*\) bit).*/\1/p')
  [ -z "$bits" ] || echo "igaudit-dh $file $bits"
done
exit 0
