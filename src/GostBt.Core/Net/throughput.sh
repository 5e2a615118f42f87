#!/bin/sh
# shellcheck disable=SC2016 # The inner bash expands them: timeout must end what holds the connection.
# Sends nothing but noughts to home, then takes what home sends; nothing is left behind, and nothing listens here. Variables set before: GOSTBT_CLIENT, GOSTBT_PORT, GOSTBT_SECONDS
for tool in bash timeout cat; do
    command -v "$tool" >/dev/null 2>&1 || { echo "missing=$tool"; exit 0; }
done
export GOSTBT_CLIENT GOSTBT_PORT
timeout $((GOSTBT_SECONDS + 5)) bash -c 'exec 3<>"/dev/tcp/$GOSTBT_CLIENT/$GOSTBT_PORT" && cat /dev/zero >&3' 2>/dev/null
timeout $((GOSTBT_SECONDS + 5)) bash -c 'exec 3<>"/dev/tcp/$GOSTBT_CLIENT/$GOSTBT_PORT" && cat <&3 >/dev/null' 2>/dev/null
exit 0
