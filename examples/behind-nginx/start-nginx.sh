#!/bin/sh
# Runs nginx with nginx.conf in the foreground, with a certificate made for localhost, or the one in CERTIFICATES
# (cert.pem, key.pem). PORT is the app's, TLS_PORT that of nginx.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
directory=$(mktemp -d)
nginx=
stop() {
  [ -z "$nginx" ] || kill -QUIT "$nginx" 2> /dev/null || true
  wait
  rm -rf "$directory"
}
trap stop EXIT
trap 'exit 0' INT TERM

if [ -n "${CERTIFICATES:-}" ]; then
  cp "$CERTIFICATES/cert.pem" "$CERTIFICATES/key.pem" "$directory"
else
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$directory/key.pem" -out "$directory/cert.pem" 2> /dev/null
fi
sed "s/127\.0\.0\.1:3000/127.0.0.1:${PORT:-3000}/; s/8443/${TLS_PORT:-8443}/" "$here/nginx.conf" > "$directory/nginx.conf"
PATH=$PATH:/usr/sbin:/sbin
nginx -p "$directory" -c nginx.conf -g 'daemon off;' &
nginx=$!
wait "$nginx"
