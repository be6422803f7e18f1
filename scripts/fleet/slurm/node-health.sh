#!/bin/sh
# Drains the node it runs on when envdoctor finds it unfit to train, with the root cause as the reason.
#
# For slurm.conf, as either of these or both:
#     Prolog=/etc/slurm/envdoctor/node-health.sh
#     HealthCheckProgram=/etc/slurm/envdoctor/node-health.sh
#     HealthCheckInterval=300
#     HealthCheckNodeState=IDLE,CYCLE
# As a prolog it ends with 1 on a node that it drained, so that the job starts elsewhere.
#
# slurmd gives these programs next to no environment, so the settings are in node-health.conf beside this script.
set -u
PATH=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
export PATH

here=$(dirname "$0")
NODE=node
PROGRAM=/opt/envdoctor/envdoctor-single.mjs
# What decides: `check` drains at its --fail-on level, `preflight --require …` where a requirement fails.
CHECK="check"
SECONDS_LIMIT=45
# A folder, shared by all nodes, for the latest report of each: `envdoctor fleet FOLDER` compares them, and a drained
# node is among them, to which srun could send nothing.
REPORTS=
LOG="logger -t envdoctor"
# shellcheck source=/dev/null
[ -r "$here/node-health.conf" ] && . "$here/node-health.conf"

node_name=${SLURMD_NODENAME:-$(hostname -s)}

# Word splitting of CHECK is meant: it holds a command and its options.
# shellcheck disable=SC2086
report=$(timeout -k 5 "$SECONDS_LIMIT" "$NODE" "$PROGRAM" $CHECK --json </dev/null 2>/dev/null)
status=$?

if [ -n "$REPORTS" ] && [ "$status" != 124 ] && [ -n "$report" ]; then
    # Whole or not at all: the comparison may read at any time.
    new="$REPORTS/.$node_name.$$"
    if printf '%s\n' "$report" >"$new"; then mv "$new" "$REPORTS/$node_name.json"; else rm -f "$new"; fi
fi

case $status in
0) exit 0 ;;
1 | 78) ;;
*)
    # A broken or missing envdoctor says nothing about the node: draining on it would empty the cluster.
    $LOG "$node_name: no verdict, envdoctor ended with $status"
    exit 0
    ;;
esac

reason=$(printf '%s' "$report" | "$NODE" "$here/reason.mjs" $CHECK) || {
    $LOG "$node_name: no verdict, the report cannot be read"
    exit 0
}

# Whoever drained the node before had a reason of their own, which stays.
case $(scontrol show node "$node_name" --oneliner 2>/dev/null) in
*State=*DRAIN*) $LOG "$node_name: drained already; $reason" ;;
*)
    scontrol update NodeName="$node_name" State=DRAIN Reason="$reason" || $LOG "$node_name: scontrol could not drain it"
    $LOG "$node_name: drained: $reason"
    ;;
esac

# SLURM_JOB_ID is set for a prolog and not for a health check, whose exit code tells Slurm nothing.
[ -n "${SLURM_JOB_ID:-}" ] && exit 1
exit 0
