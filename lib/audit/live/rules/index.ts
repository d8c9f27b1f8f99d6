// Made from the files of this folder by "npm run docs"; a change by hand is overwritten.
import type { LiveRule } from '../live-rule.js'
import doc01 from './doc01-configuration-refused.js'
import doc02 from './doc02-secret-key-not-set.js'
import doc03 from './doc03-secret-key-weak.js'
import doc04 from './doc04-node-env-not-production.js'
import doc05 from './doc05-node-not-supported.js'
import doc06 from './doc06-redis-not-there.js'
import doc07 from './doc07-redis-login-refused.js'
import doc08 from './doc08-redis-refuses-sessions.js'
import doc09 from './doc09-redis-evicts.js'
import doc10 from './doc10-redis-not-persistent.js'
import doc11 from './doc11-redis-slow.js'
import doc12 from './doc12-redis-without-tls.js'
import doc13 from './doc13-redis-without-password.js'
import doc14 from './doc14-redis-clock-differs.js'
import doc15 from './doc15-directory-not-private.js'
import doc16 from './doc16-directory-not-writable.js'
import doc17 from './doc17-directory-on-network.js'
import doc18 from './doc18-directory-temporary.js'
import doc19 from './doc19-directory-filling-up.js'
import doc20 from './doc20-workers-disagree.js'
import doc21 from './doc21-login-lost.js'
import doc22 from './doc22-login-failed.js'
import doc23 from './doc23-cookie-as-sent.js'
import doc24 from './doc24-cookie-cacheable.js'

/** Every rule, by its id. */
export const liveRules: readonly LiveRule[] = [
  doc01,
  doc02,
  doc03,
  doc04,
  doc05,
  doc06,
  doc07,
  doc08,
  doc09,
  doc10,
  doc11,
  doc12,
  doc13,
  doc14,
  doc15,
  doc16,
  doc17,
  doc18,
  doc19,
  doc20,
  doc21,
  doc22,
  doc23,
  doc24,
]
