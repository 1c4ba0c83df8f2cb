if [ -r /etc/crypto-policies/state/current ]; then
  echo "policy $(head -n 1 /etc/crypto-policies/state/current)"
elif [ ! -e /etc/crypto-policies ]; then
  echo "policy"
fi
if [ -r /proc/sys/crypto/fips_enabled ]; then
  echo "fips $(cat /proc/sys/crypto/fips_enabled)"
elif [ -d /proc/sys/kernel ] && [ ! -e /proc/sys/crypto/fips_enabled ]; then
  echo "fips 0"
fi
# GnuTLS is built to read one of these.
for file in /etc/gnutls/config /etc/crypto-policies/back-ends/gnutls.config; do
  if [ -r "$file" ]; then
    echo "gnutls $file"
    grep -iE '^[[:space:]]*(\[|enabled-version|disabled-version|[^#]*VERS-)' "$file"
  elif [ -e "$file" ]; then
    echo "gnutls-denied $file"
  fi
done
exit 0
