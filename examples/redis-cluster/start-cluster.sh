#!/bin/sh
# Starts three Redis masters that keep nothing on disk, makes them a cluster, and stays until it is stopped.
# Ports: the arguments, else 7001 to 7003.
set -eu
[ $# -gt 0 ] || set -- 7001 7002 7003

# Valkey has the same programs under its own name.
name=redis
command -v redis-server > /dev/null || name=valkey

directory=$(mktemp -d)
servers=
stop() {
  kill $servers 2> /dev/null || true
  wait
  rm -rf "$directory"
}
trap stop EXIT
trap 'exit 0' INT TERM

nodes=
for port in "$@"; do
  $name-server --port "$port" --bind 127.0.0.1 --cluster-enabled yes --cluster-config-file "nodes-$port.conf" \
    --save '' --dir "$directory" --logfile "$directory/$port.log" &
  servers="$servers $!"
  nodes="$nodes 127.0.0.1:$port"
  until $name-cli -p "$port" ping > /dev/null 2>&1; do sleep 0.1; done
done

$name-cli --cluster create $nodes --cluster-yes > "$directory/create.log"
echo "A cluster of$nodes. Ctrl-C ends it."
wait
