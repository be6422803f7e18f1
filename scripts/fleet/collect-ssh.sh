#!/bin/sh
# Runs envdoctor on many machines over ssh and compares them. The machines need Node, and nothing is copied to them: the
# program goes through the connection.
#
# usage: collect-ssh.sh HOSTS_FILE REPORTS_FOLDER [FLEET OPTION…]
#   HOSTS_FILE   one name per line, as ssh knows it; # begins a comment
#   PROGRAM      the single-file build, default: envdoctor-single.mjs beside this script or in dist/
#   CHECK        what runs there, default: check
#   PARALLEL     connections at a time, default: 32
#   SSH          default: ssh -o BatchMode=yes -o ConnectTimeout=10
set -eu

[ $# -ge 2 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
hosts=$1
folder=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
for candidate in "$here/envdoctor-single.mjs" "$here/../../dist/envdoctor-single.mjs"; do
    [ -n "${PROGRAM:-}" ] || { [ -r "$candidate" ] && PROGRAM=$candidate; }
done
[ -r "${PROGRAM:-}" ] || { echo "no envdoctor-single.mjs: npm run build, or set PROGRAM" >&2; exit 2; }
export PROGRAM FOLDER="$folder"
export CHECK="${CHECK:-check}"
export SSH="${SSH:-ssh -o BatchMode=yes -o ConnectTimeout=10}"
mkdir -p "$folder"

# What a machine prints goes to its own file; where it prints nothing there is no file, and --expect names it.
# A sick machine ends with 1, which is the comparison's to say.
# shellcheck disable=SC2016
sed 's/#.*//' "$hosts" | tr -s ' \t,' '\n' | grep . | xargs -P "${PARALLEL:-32}" -I '{}' sh -c '
    rm -f "$FOLDER/$1.json"
    $SSH "$1" "node --input-type=module - $CHECK --json" <"$PROGRAM" >"$FOLDER/.$1" 2>"$FOLDER/.$1.err" || true
    if [ -s "$FOLDER/.$1" ]; then mv "$FOLDER/.$1" "$FOLDER/$1.json"; else rm -f "$FOLDER/.$1"; fi
    [ -s "$FOLDER/$1.json" ] || printf "%s: %s\n" "$1" "$(head -n 1 "$FOLDER/.$1.err")" >&2
    rm -f "$FOLDER/.$1.err"
' sh '{}'

exec node "$PROGRAM" fleet "$folder" --expect "$hosts" "$@"
