#!/usr/bin/env bash
# Runs longhand-sign as the role AWS_ROLE_ARN: put it at .github/sign.sh. GoReleaser calls it when the build is done, so
# that the token is new, and lies in no file while code is built. It goes from GitHub into a file that nobody else
# reads, and from there to AWS, which lends the role for 15 minutes.
set -euo pipefail

if [ -z "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
  echo '::error::the job gets no token: give it the permission id-token, write'
  exit 1
fi

umask 077
token_file=$(mktemp "$RUNNER_TEMP/longhand-token.XXXXXX")
trap 'rm -f "$token_file"' EXIT
curl --silent --show-error --fail --retry 3 --max-time 30 --header @- \
  "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" \
  <<<"Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
  jq --raw-output --join-output --exit-status .value >"$token_file"

# Signatures are for everybody to read.
umask 022
export AWS_WEB_IDENTITY_TOKEN_FILE=$token_file
longhand-sign "$@"
