for file in /etc/os-release /usr/lib/os-release; do
  if [ -r "$file" ]; then
    cat "$file"
    exit 0
  fi
done
unsupported "no os-release file: the distribution is not known"
