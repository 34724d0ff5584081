#!/usr/bin/env bash
# What the GitHub Action does: COMMAND with PATHS and ARGS, both split at spaces and never read by the shell.
set -euo pipefail

case "$COMMAND" in
  lint | test | diff) ;;
  *) echo "::error::command is \"$COMMAND\"; use lint, test or diff" && exit 2 ;;
esac

read -r -a paths <<< "$PATHS"
read -r -a options <<< "${ARGS:-}"
postern=(node "$GITHUB_ACTION_PATH/dist/bin/main.js" "$COMMAND" "${paths[@]}")

if [ "$COMMAND" = diff ]; then
  # A change of traffic is what a reviewer wants to see, and no failure of the job.
  report="${RUNNER_TEMP:-/tmp}/postern-diff.md"
  code=0
  "${postern[@]}" -o markdown "${options[@]}" > "$report" || code=$?
  [ "$code" -le 1 ] || exit "$code"
  cat "$report" | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}"
  echo "report=$report" >> "${GITHUB_OUTPUT:-/dev/null}"
else
  "${postern[@]}" -o github "${options[@]}"
fi
