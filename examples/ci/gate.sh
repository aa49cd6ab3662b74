#!/bin/sh
# The gate for a pull request: runs a suite on two builds of the benchmark in turns, and says
# whether quality, speed or memory became worse.
#
#   BASE   the old program (oddity-bench)
#   HEAD   the new one
#   SUITE  name or TOML file of the suite (smoke)
#   ROUNDS how often each computes every cell (10; fewer than 3 cannot tell seconds
#          apart, fewer than 8 tell little on a busy machine)
#   OUT    folder of results, gate.md and gate.xml (target/gate)
#
# Arguments go to `compare`: --quality, --speed, --memory; none of them means all.
# Exit status: 0 the same or better, 1 a regression, 2 incomplete.
set -u
: "${BASE:?the old program}" "${HEAD:?the new program}"
SUITE=${SUITE:-smoke}
ROUNDS=${ROUNDS:-10}
OUT=${OUT:-target/gate}
mkdir -p "$OUT"

"$HEAD" turns --base "$BASE" --head "$HEAD" "$SUITE" --rounds "$ROUNDS" --out "$OUT/runs" \
  "$@" --format markdown --gate-out "$OUT/gate.md" -- --isolate
status=$?
# Without the Markdown the runs themselves failed, and said why.
[ -f "$OUT/gate.md" ] || exit "$status"
"$HEAD" compare "$OUT/runs/base" "$OUT/runs/head" "$@" --format junit --out "$OUT/gate.xml" \
  2>/dev/null

cat "$OUT/gate.md"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  cat "$OUT/gate.md" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$status"
