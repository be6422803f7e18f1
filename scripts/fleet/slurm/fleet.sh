#!/bin/sh
# Runs envdoctor on every node by srun and compares the nodes. Further arguments go to srun.
#
# usage: fleet.sh REPORTS_FOLDER [SRUN OPTION…]
#   ENVDOCTOR   what a node runs, default: node /opt/envdoctor/envdoctor-single.mjs
#   NODES       which nodes, in Slurm's notation, default: all that sinfo knows
#   FORMAT      of the comparison: text, json, html, prometheus
set -eu

[ $# -ge 1 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
folder=$1
shift
ENVDOCTOR=${ENVDOCTOR:-node /opt/envdoctor/envdoctor-single.mjs}
NODES=${NODES:-$(sinfo --noheader --format=%N)}
mkdir -p "$folder/reports"
rm -f "$folder"/reports/task-*.json
scontrol show hostnames "$NODES" >"$folder/expected.txt"
# Nodes that cannot take a job are not waited for: they are named as having sent nothing.
up=$(sinfo --noheader --nodes="$NODES" --states=idle,mixed,allocated --responding --format=%N)
count=$(scontrol show hostnames "$up" | wc -l)

if [ "$count" -gt 0 ]; then
    # One file per node, because srun may mix what several tasks print. envdoctor ends with 1 on a sick node, which is
    # the comparison's to say.
    # shellcheck disable=SC2016,SC2086
    srun --nodes="$count" --nodelist="$up" --ntasks="$count" --ntasks-per-node=1 --kill-on-bad-exit=0 \
        --output="$folder/reports/task-%t.json" "$@" \
        sh -c 'report=$("$@" check --json); printf "{\"host\":\"%s\",%s\n" "$SLURMD_NODENAME" "${report#?}"' sh $ENVDOCTOR || true
fi
# shellcheck disable=SC2086
exec $ENVDOCTOR fleet "$folder/reports" --expect "$folder/expected.txt" --format "${FORMAT:-text}"
