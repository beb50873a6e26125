#!/usr/bin/env bash
# Signs FILES as the role AWS_ROLE_ARN. The job's token goes from GitHub into a file that nobody else reads, and from
# there to AWS, which lends the role for 15 minutes: no token and no key is on a command line, in an output or in the
# environment of a later step.
set -euo pipefail

matched=()
while IFS= read -r pattern; do
  [ -n "$pattern" ] || continue
  count=${#matched[@]}
  while IFS= read -r file; do matched+=("$file"); done < <(compgen -G "$pattern" || true)
  if [ "${#matched[@]}" -eq "$count" ]; then
    echo "::error::nothing to sign matches $pattern"
    exit 1
  fi
done <<<"$FILES"

if [ -z "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
  echo '::error::the job gets no token: give it the permission id-token, write'
  exit 1
fi

umask 077
token_file=$(mktemp "$RUNNER_TEMP/longhand-token.XXXXXX")
trap 'rm -f "$token_file"' EXIT
curl --silent --show-error --fail --retry 3 --max-time 30 --header @- \
  "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$AUDIENCE" \
  <<<"Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
  jq --raw-output --join-output --exit-status .value >"$token_file"

# Signatures are for everybody to read.
umask 022
export AWS_WEB_IDENTITY_TOKEN_FILE=$token_file
export AWS_ROLE_SESSION_NAME="longhand-${GITHUB_RUN_ID:-run}-${GITHUB_RUN_ATTEMPT:-1}"
longhand sign --verify-key --log "$LOG" -- "${matched[@]}"
