// Made from the files of this folder by "npm run docs"; a change by hand is overwritten.
import type { Rule } from '../finding.js'
import cke01 from './cke01-cookie-httponly-false.js'
import cke02 from './cke02-cookie-not-secure.js'
import cke03 from './cke03-cookie-secure-throws.js'
import cke04 from './cke04-cookie-samesite.js'
import cke05 from './cke05-cookie-unsigned.js'
import cke06 from './cke06-cookie-maxage-unit.js'
import dep01 from './dep01-signal-not-delivered.js'
import dep02 from './dep02-development-mode.js'
import dep03 from './dep03-grace-period-mismatch.js'
import fil01 from './fil01-session-dir-not-shared.js'
import fil02 from './fil02-session-dir-reachable.js'
import fil03 from './fil03-session-dir-never-pruned.js'
import lif01 from './lif01-no-graceful-shutdown.js'
import lif02 from './lif02-no-regenerate-on-login.js'
import lif03 from './lif03-logout-keeps-session.js'
import mem01 from './mem01-request-state-in-module.js'
import mem02 from './mem02-rate-limit-in-memory.js'
import mem03 from './mem03-socketio-not-clustered.js'
import mem04 from './mem04-local-broadcast.js'
import mem05 from './mem05-timer-per-worker.js'
import mem06 from './mem06-sso-state-in-memory.js'
import mem07 from './mem07-page-cache-ignores-session.js'
import prc01 from './prc01-single-process-start.js'
import prc02 from './prc02-cluster-respawn.js'
import prc03 from './prc03-host-cpu-count.js'
import prc04 from './prc04-sticky-as-workaround.js'
import prc05 from './prc05-resources-times-workers.js'
import prc06 from './prc06-boot-side-effects.js'
import prx01 from './prx01-proxy-not-trusted.js'
import prx02 from './prx02-proxy-trust-all.js'
import prx03 from './prx03-keepalive-below-proxy.js'
import prx04 from './prx04-https-optional.js'
import pyx01 from './pyx01-server-command.js'
import pyx02 from './pyx02-fork-hooks.js'
import pyx03 from './pyx03-flask-secret.js'
import pyx04 from './pyx04-session-config.js'
import rds01 from './rds01-redis-client-lifecycle.js'
import rds02 from './rds02-redis-exposed.js'
import rds03 from './rds03-redis-shared-or-evicting.js'
import sec01 from './sec01-secret-random-per-process.js'
import sec02 from './sec02-secret-hardcoded.js'
import sec03 from './sec03-secret-weak.js'
import sec04 from './sec04-secret-fallback-literal.js'
import sec05 from './sec05-secret-shape.js'
import sec06 from './sec06-secret-differs-between-sources.js'
import sec07 from './sec07-secret-in-tracked-file.js'
import sec08 from './sec08-secret-no-rotation.js'
import sto01 from './sto01-store-memory-default.js'
import sto02 from './sto02-store-memory-custom.js'
import sto03 from './sto03-store-memory-fallback.js'
import sto04 from './sto04-store-single-process-db.js'
import sto05 from './sto05-store-cookie-payload.js'
import sto06 from './sto06-store-without-ttl.js'
import sto07 from './sto07-store-whole-writes.js'

/** Every rule, by its id. */
export const rules: readonly Rule[] = [
  cke01,
  cke02,
  cke03,
  cke04,
  cke05,
  cke06,
  dep01,
  dep02,
  dep03,
  fil01,
  fil02,
  fil03,
  lif01,
  lif02,
  lif03,
  mem01,
  mem02,
  mem03,
  mem04,
  mem05,
  mem06,
  mem07,
  prc01,
  prc02,
  prc03,
  prc04,
  prc05,
  prc06,
  prx01,
  prx02,
  prx03,
  prx04,
  pyx01,
  pyx02,
  pyx03,
  pyx04,
  rds01,
  rds02,
  rds03,
  sec01,
  sec02,
  sec03,
  sec04,
  sec05,
  sec06,
  sec07,
  sec08,
  sto01,
  sto02,
  sto03,
  sto04,
  sto05,
  sto06,
  sto07,
]
