// Made from the files of this folder by "npm run docs"; a change by hand is overwritten.
import type { Rule } from '../finding.js'
import cke01 from './cke01-cookie-httponly-false.js'
import cke02 from './cke02-cookie-not-secure.js'
import cke03 from './cke03-cookie-secure-throws.js'
import cke04 from './cke04-cookie-samesite.js'
import cke05 from './cke05-cookie-unsigned.js'
import cke06 from './cke06-cookie-maxage-unit.js'
import sec01 from './sec01-secret-random-per-process.js'
import sec02 from './sec02-secret-hardcoded.js'
import sec03 from './sec03-secret-weak.js'
import sec04 from './sec04-secret-fallback-literal.js'
import sec05 from './sec05-secret-shape.js'
import sec08 from './sec08-secret-no-rotation.js'
import sto01 from './sto01-store-memory-default.js'
import sto02 from './sto02-store-memory-custom.js'
import sto03 from './sto03-store-memory-fallback.js'
import sto04 from './sto04-store-single-process-db.js'
import sto05 from './sto05-store-cookie-payload.js'
import sto06 from './sto06-store-without-ttl.js'

/** Every rule, by its id. */
export const rules: readonly Rule[] = [
  cke01,
  cke02,
  cke03,
  cke04,
  cke05,
  cke06,
  sec01,
  sec02,
  sec03,
  sec04,
  sec05,
  sec08,
  sto01,
  sto02,
  sto03,
  sto04,
  sto05,
  sto06,
]
