// Runs before the tests: they start servers of their own.
import { ensure } from './ensure.mjs'

ensure({
  why: 'The tests start Redis servers of their own',
  programs: ['redis-server', 'valkey-server'],
  packages: {
    'apt-get': ['redis-server', 'valkey-server'],
    dnf: ['redis', 'valkey'],
    apk: ['redis', 'valkey'],
    brew: ['redis'],
  },
})
