// Runs before the tests: they start and check the recipes of docs/deploy.md.
import { ensure } from './ensure.mjs'

const why = 'The tests run the recipes of docs/deploy.md'

ensure({
  why,
  programs: ['caddy'],
  packages: { 'apt-get': ['caddy'], dnf: ['caddy'], apk: ['caddy'], brew: ['caddy'] },
})

if (process.platform === 'linux') {
  ensure({ why, programs: ['tini'], packages: { 'apt-get': ['tini'], dnf: ['tini'], apk: ['tini'] } })
  ensure({ why, programs: ['systemd-analyze'], packages: { 'apt-get': ['systemd'], dnf: ['systemd'] } })
}
