# Installed versions of the products whose support dates are known, and who supplies them.
# dpkg and rpm are asked for themselves too, so that an answer without them shows that they failed.
# apt builds its cache in memory only: without these two settings, root's apt would write it to the disc.
os=/etc/os-release
[ -r "$os" ] || os=/usr/lib/os-release
[ -r "$os" ] && grep '^ID=' "$os"

# The other package manager may be installed as a mere tool: dpkg is asked where it has packages.
if have dpkg-query && [ -s /var/lib/dpkg/status ]; then
  echo "manager dpkg"
  packages=$(dpkg-query -W -f '${db:Status-Abbrev}|${Package}|${Version}\n' \
    dpkg openssl 'php[5-9].[0-9]-common' php5-common python2.7 'python3.[0-9]' 'python3.[0-9][0-9]' nodejs \
    'postgresql-[0-9][0-9]' 'postgresql-[0-9].[0-9]' mysql-community-server 'mysql-server-[0-9].[0-9]' \
    mariadb-server 'mariadb-server-1[0-9].[0-9]*' mongodb-org-server mongodb-enterprise-server \
    mongodb-server-core redis redis-server 'tomcat[5-9]' 'tomcat1[0-9]' nginx nginx-common apache2 \
    'temurin-[0-9]*' 'jdk-[0-9]*' 'dotnet-runtime-[0-9]*' 'dotnet-sdk-[0-9]*' 'aspnetcore-runtime-[0-9]*' \
    powershell powershell-lts openvpn firefox firefox-esr google-chrome-stable 2>/dev/null | sed -n 's/^.i.*[|]\(.*\)[|]\(.*\)$/\1|\2/p')
  [ -n "$packages" ] || unsupported "dpkg-query names no package at all"
  printf '%s\n' "$packages" | sed 's/^/package /'
  cd /var/lib/apt/lists 2>/dev/null && grep -Hm1 '^Origin:' ./*Release | sed 's/^/origin /'
  if have apt-cache; then
    printf '%s\n' "$packages" | sed 's/|.*//' | sort -u |
      xargs apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy |
      sed -E 's#://[^/@[:space:]]*@#://#g; s/^/|/'
  fi
elif have rpm; then
  echo "manager rpm"
  rpm -qa --qf 'package %{NAME}|%{VERSION}|%{VENDOR}\n' \
    rpm openssl openssl11 'openssl-[13]*' php-common 'php[0-9]*-php-common' 'php[5-8]' python2 python \
    python3 'python3[0-9]*' 'python3.[0-9]*' nodejs 'nodejs[0-9]*' 'postgresql*-server' 'mysql-server' 'mysql-community-server*' \
    mariadb-server MariaDB-server 'mongodb-*-server' redis 'redis[0-9]*' tomcat 'tomcat[0-9]*' nginx \
    nginx-core httpd apache2 'temurin-[0-9]*' 'jdk-[0-9]*' 'jdk1.*' 'jre1.*' 'dotnet-runtime-[0-9]*' \
    'dotnet-sdk-[0-9]*' 'aspnetcore-runtime-[0-9]*' powershell powershell-lts openvpn firefox firefox-esr google-chrome-stable
else
  unsupported "neither dpkg nor rpm"
fi
exit 0
