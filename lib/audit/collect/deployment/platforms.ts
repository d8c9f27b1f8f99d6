import { posix } from 'node:path'
import { readCloudFoundry } from './platform-cloud-foundry.js'
import { readFly } from './platform-fly.js'
import { readHeroku } from './platform-heroku.js'
import { readServerless, readTaskDefinition, readVercel } from './platform-serverless.js'
import { readAppEngine, readRailway, readRender } from './platform-services.js'
import type { Piece, Reading } from './reading.js'

type Reader = (reading: Reading, file: string) => Promise<Piece>

/** Files of platforms, by name. */
const readers: readonly (readonly [RegExp, Reader])[] = [
  [/^fly([.-][\w-]+)?\.toml$/, readFly],
  [/^render\.ya?ml$/, readRender],
  [/^manifest([.-][\w-]+)?\.ya?ml$/, readCloudFoundry],
  [/^railway\.(json|toml)$/, readRailway],
  [/^app\.json$/, readHeroku],
  [/^app([.-][\w-]+)?\.ya?ml$/, readAppEngine],
  [/task-?def[\w-]*\.json$|^ecs[\w.-]*\.json$/i, readTaskDefinition],
  [/^serverless([.-][\w-]+)?\.ya?ml$/, readServerless],
  [/^vercel\.json$|^now\.json$/, readVercel],
]

/** Cloud Foundry, Fly, Render, Railway, App Engine, Heroku, ECS, Serverless, Vercel. */
export async function readPlatforms(reading: Reading): Promise<readonly Piece[]> {
  const pieces: Piece[] = []
  for (const file of reading.files) {
    const base = posix.basename(file)
    const found = readers.find(([name]) => name.test(base))
    if (found) pieces.push(await found[1](reading, file))
  }
  return pieces
}
