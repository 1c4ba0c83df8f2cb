have haproxy || absent "no HAProxy is installed"
built=$(haproxy -vv)
printf '%s\n' "$built" | sed -n 's/^HA-\{0,1\}Proxy version \([0-9.]*\).*/igaudit-version \1/p
s/^Running on \(OpenSSL\) version : OpenSSL \([^ ]*\).*/igaudit-library \1 \2/p'
! have openssl || echo "igaudit-openssl $(openssl version)"
set --
for file in /etc/haproxy/haproxy.cfg /etc/haproxy/conf.d/*.cfg; do
  if [ -f "$file" ] && [ -r "$file" ]; then
    set -- "$@" "$file"
  elif [ -e "$file" ]; then
    denied "$file cannot be read"
  fi
done
for folder in /etc/haproxy /etc/haproxy/conf.d; do
  [ ! -d "$folder" ] || { [ -r "$folder" ] && [ -x "$folder" ]; } || denied "$folder cannot be read"
done
[ $# -gt 0 ] || unsupported "haproxy is installed, and /etc/haproxy/haproxy.cfg cannot be found"

# The lines that matter, words parted by tabs. A bind line is told without what stands for names and passwords.
# shellcheck disable=SC2016  # awk's own variables
settings=$(awk '
function parted(line,   i, c, quote, open) {
  count = 0
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1)
    if (c == "\\" && quote != "\047") { if (!open) word[++count] = ""; open = 1; word[count] = word[count] substr(line, ++i, 1) }
    else if (quote != "") { if (c == quote) quote = ""; else word[count] = word[count] c }
    else if (c == "#") break
    else if (c == " " || c == "\t" || c == "\r") open = 0
    else {
      if (!open) word[++count] = ""
      open = 1
      if (c == "\"" || c == "\047") quote = c; else word[count] = word[count] c
    }
  }
}
function said(from, to,   i, line) {
  line = word[1]
  for (i = from; i <= to; i++) line = line "\t" word[i]
  print line
}
FNR == 1 { print "igaudit-file " FILENAME }
{ parted($0) }
count == 0 { next }
word[1] ~ /^(global|defaults|frontend|listen|backend|program|peers|resolvers|mailers|userlist|cache|ring|http-errors|fcgi-app|crt-store|traces|log-forward)$/ {
  print "section\t" word[1] "\t" (word[1] ~ /^(frontend|listen)$/ ? word[2] : "")
  next
}
word[1] ~ /^(ssl-default-bind-(options|ciphers|curves)|tune\.ssl\.default-dh-param|mode)$/ { said(2, count) }
word[1] == "bind" {
  line = "bind\t" word[2]
  for (i = 3; i <= count; i++) {
    if (word[i] ~ /^(ssl|no-(sslv3|tlsv1[0-3]|tls-tickets)|force-(sslv3|tlsv1[0-3])|crt-list)$/) line = line "\t" word[i]
    else if (word[i] ~ /^(ssl-min-ver|ssl-max-ver|ciphers|curves|ecdhe)$/) { line = line "\t" word[i] "\t" word[i + 1]; i++ }
  }
  print line
}
word[1] == "redirect" || (word[1] == "http-request" && word[2] == "redirect") {
  at = word[1] == "redirect" ? 2 : 3
  https = 0; when = "always"
  for (i = at; i <= count; i++) {
    if (word[i] == "scheme" && word[i + 1] == "https") https = 1
    if (word[i] ~ /^(prefix|location)$/ && index(word[i + 1], "https://") == 1) https = 1
    if (word[i] ~ /^(if|unless)$/) {
      when = (word[i] == "unless" && word[i + 1] == "{" && word[i + 2] == "ssl_fc" && count == i + 3) ? "plain" : "some"
      if (word[i] == "if" && word[i + 1] == "!{" && word[i + 2] == "ssl_fc" && count == i + 3) when = "plain"
    }
  }
  if (https) print "redirect\t" when
}
word[1] ~ /^(http-response|http-after-response)$/ && word[2] ~ /^(set|add)-header$/ && tolower(word[3]) == "strict-transport-security" {
  print "hsts\t" word[4]
}
' "$@")
printf '%s\n' "$settings"

have openssl || exit 0
{
  printf '%s\n' "$settings" | sed -n 's/^ssl-default-bind-ciphers	//p
s/^bind	.*	ciphers	\([^	]*\).*/\1/p'
  echo DEFAULT
} | sort -u | head -n 20 | while IFS= read -r string; do
  case $string in -*) continue ;; esac
  suites=$(openssl ciphers -s -stdname "$string") || continue
  echo "igaudit-suites $string"
  printf '%s\n' "$suites" | sed 's/ .*//'
done
exit 0
