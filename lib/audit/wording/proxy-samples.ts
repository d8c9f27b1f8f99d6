/** nginx before an app on port 3000, for the samples of rules. `headers` stand in the location. */
export function nginx(headers = '', listen = 'listen 443 ssl;'): string {
  return `server {
  ${listen}
  location / {
    ${headers}proxy_pass http://127.0.0.1:3000;
  }
}
`
}

/** Tells the app that the browser used https. */
export const forwardsProto = 'proxy_set_header X-Forwarded-Proto $scheme;\n    '
