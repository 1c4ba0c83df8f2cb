names=' rsyslog syslog-ng systemd-journal-upload SplunkForwarder Splunkd splunk filebeat journalbeat elastic-agent'
names="$names azuremonitoragent omsagent wazuh-agent fluent-bit td-agent-bit fluentd td-agent nxlog vector promtail"
names="$names alloy otelcol otelcol-contrib google-cloud-ops-agent amazon-cloudwatch-agent datadog-agent"
names="$names humio-log-collector "
for link in /etc/systemd/system/*.wants/* /usr/lib/systemd/system/*.wants/* /lib/systemd/system/*.wants/* \
  /etc/runlevels/*/* /etc/rc[2345].d/S[0-9][0-9]*; do
  name=${link##*/}
  case $link in /etc/rc*) name=${name#S[0-9][0-9]} ;; esac
  name=${name%.service}
  case $names in
    # A masked unit is a link to /dev/null.
    *" $name "*) [ -c "/etc/systemd/system/$name.service" ] || echo "starts $name" ;;
  esac
done
for file in /etc/rsyslog.conf /etc/rsyslog.d/*.conf /etc/syslog-ng/syslog-ng.conf /etc/syslog-ng/conf.d/*.conf \
  /etc/systemd/journal-upload.conf /etc/systemd/journal-upload.conf.d/*.conf; do
  [ -e "$file" ] || continue
  if [ -r "$file" ]; then
    set -- "$@" "$file"
  else
    echo "denied $file"
  fi
done
for folder in /etc/rsyslog.d /etc/syslog-ng /etc/syslog-ng/conf.d; do
  [ -d "$folder" ] || continue
  [ -r "$folder" ] && [ -x "$folder" ] || echo "denied $folder"
done
[ "$#" = 0 ] && exit 0
# These files may hold passwords: only the words that speak of forwarding are printed.
awk '
  function words_of(file) {
    if (file ~ /journal-upload/) return "^[ \t]*url[ \t]*=.*"
    if (file ~ /syslog-ng/)
      return "(source|destination|filter|log|options|template|parser|rewrite)[ \t]*[a-z0-9_]*[ \t]*\\{" \
        "|(source|destination|filter)[ \t]*\\([ \t]*[a-z0-9_]+[ \t]*\\)" \
        "|(network|syslog|tcp6?|udp6?)[ \t]*\\([ \t]*\"?[^\" \t)]*\"?" \
        "|(port|transport)[ \t]*\\([^)]*\\)|tls[ \t]*\\(|@include[ \t]+.*"
    return "(^|[ \t}])(if|else)[ \t({]|(action|global|input|module|template|include|ruleset|parser)[ \t]*\\(" \
      "|(^|[ \t(,])(type|target|port|protocol|streamdriver(\\.?(name|mode))?|tls|defaultnetstreamdriver|file)[ \t]*=[ \t]*" \
      "(\"[^\"]*\"|\\[[^]]*\\])|\\$(defaultnetstreamdriver|actionsendstreamdriver(mode)?|includeconfig)[ \t]+[^ \t]+" \
      "|:omrelp:[^ \t;]+|(^|[ \t])@@?(\\([^)]*\\))?[^ \t;@]+"
  }
  FNR == 1 { print "file " FILENAME; words = words_of(FILENAME); remark = 0 }
  /^[ \t]*\/\*/ { remark = 1 }
  remark { if (/\*\//) remark = 0; next }
  {
    line = $0
    sub(/(^|[ \t])#.*/, "", line)
    select = line
    sub(/[ \t]*(@|:omrelp:|action[ \t]*\().*/, "", select)
    if (select !~ /^[ \t]*[a-zA-Z0-9.,;*=!-]*$/) select = "?"
    while (match(tolower(line), words)) {
      word = substr(line, RSTART, RLENGTH)
      line = substr(line, RSTART + RLENGTH)
      sub(/\/\/[^\/@]*@/, "//", word)
      if (word ~ /^[ \t]*@|^:omrelp:|^action/) print "for " select
      print "word " word
    }
  }
' "$@"
