// Runs before the tests: they run the commands of the guide.
import { ensure } from './ensure.mjs'

ensure({
  why: 'The tests run the commands of docs/guide.md',
  programs: ['curl'],
  packages: { 'apt-get': ['curl'], dnf: ['curl'], apk: ['curl'], brew: ['curl'] },
})
