#!/bin/sh
# Runs pytest with the arguments given. Tests that talk to real servers wait for real time: on a busy machine one
# may run out of it. What failed (five at most) is run once more, alone; what fails twice fails.
set -eu
most=5
pytest=$1
shift
status=0
"$pytest" "$@" || status=$?
[ "$status" = 1 ] || exit "$status"
failed=$("$pytest" --cache-show "cache/lastfailed" 2>/dev/null | grep -o "': True" | wc -l)
if [ "$failed" -lt 1 ] || [ "$failed" -gt "$most" ]; then
  exit "$status"
fi
echo "$failed failed; once more, alone:"
exec "$pytest" --last-failed --last-failed-no-failures none
