echo "kernel $(uname -r)"
echo "architecture $(uname -m)"
echo "hostname $(uname -n)"
grep '^btime ' /proc/stat
if [ -r /etc/machine-id ]; then
  echo "machine_id $(head -c 32 /etc/machine-id)"
elif [ ! -e /etc/machine-id ]; then
  echo "machine_id"
fi
exit 0
