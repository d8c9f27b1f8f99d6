// Runs before the tests: one example stands behind nginx.
import { ensure } from './ensure.mjs'

ensure({
  why: 'The tests start an nginx of their own',
  programs: ['nginx', '/usr/sbin/nginx'],
  packages: { 'apt-get': ['nginx-light', 'nginx'], dnf: ['nginx'], apk: ['nginx'], brew: ['nginx'] },
})
