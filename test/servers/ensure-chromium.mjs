// Runs before the tests: pages are looked at in a real browser.
import { ensure } from './ensure.mjs'

const asked = process.env.CHROMIUM

ensure({
  why: 'The tests open pages in Chromium (another one than that on PATH is named by CHROMIUM)',
  programs: [...(asked ? [asked] : []), 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  packages: {
    'apt-get': ['chromium', 'chromium-browser'],
    dnf: ['chromium'],
    apk: ['chromium'],
    brew: ['--cask chromium'],
  },
})
