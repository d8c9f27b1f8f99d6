import type { Project } from '../../project/project.js'
import { readComposeFiles } from './compose.js'
import { readDockerfiles } from './docker-images.js'
import { readEnvFiles } from './env-files.js'
import { readHelmValues } from './helm-values.js'
import { readKubernetes } from './kubernetes.js'
import { readNginxFiles } from './nginx-proxies.js'
import { readNpmScripts } from './npm-scripts.js'
import { readOtherProxies } from './other-proxies.js'
import { herokuByProcfile } from './platform-heroku.js'
import { readPlatforms } from './platforms.js'
import { pm2Processes, readPm2Files } from './pm2-files.js'
import { processesOf, threadVariables } from './process-model.js'
import { readProcfiles } from './procfiles.js'
import { readPythonApp } from './python-app.js'
import { type AppScope, type DeploymentFacts, type Piece, Reading } from './reading.js'
import { readMakefiles, readShellScripts } from './recipes.js'
import { readRedisFiles } from './redis-files.js'
import { readSystemdUnits } from './systemd.js'

/**
 * What the configuration and deployment files of one app say: variables, commands, processes, containers, proxies. Files at the root and in
 * the app's directory count; those of another package do not. `processes` starts with the likeliest production start. A file that cannot be
 * read is named in `notLooked`.
 */
export async function collectDeployment(project: Project, scope: AppScope): Promise<DeploymentFacts> {
  const reading = new Reading(project, scope)
  const pieces: Piece[] = []
  for (const [what, read] of readers) pieces.push(...(await attempted(reading, what, read)))
  const commands = joined(pieces, 'commands')
  const variables = joined(pieces, 'variables')
  const counted = await processesOf(reading, commands)
  const processes = [...counted.processes, ...joined(pieces, 'processes')]
  const alone = (await pm2Processes(reading)).filter(
    (fact) => !processes.some((other) => isSame(other.place, fact.place)),
  )
  return {
    variables,
    commands,
    processes: [...processes, ...alone],
    // What a command starts counts, not another server that some file could start.
    threads: [
      ...(counted.threads.length > 0 ? counted.threads : joined(pieces, 'threads')),
      ...threadVariables(variables),
    ],
    hosts: joined(pieces, 'hosts'),
    containers: joined(pieces, 'containers'),
    settings: joined(pieces, 'settings'),
    proxies: joined(pieces, 'proxies'),
    redisServers: joined(pieces, 'redisServers'),
    grace: joined(pieces, 'grace'),
    python: pieces.map((piece) => piece.python).find((python) => python !== undefined),
    served: joined(pieces, 'served'),
    notLooked: reading.notLooked,
  }
}

type Read = (reading: Reading) => Piece | readonly Piece[] | Promise<Piece | readonly Piece[]>

const readers: readonly (readonly [string, Read])[] = [
  ['scripts of package.json', readNpmScripts],
  ['Procfiles', readProcfiles],
  ['compose files', readComposeFiles],
  ['Dockerfiles', readDockerfiles],
  ['Kubernetes manifests', readKubernetes],
  ['Helm values', readHelmValues],
  ['systemd units', readSystemdUnits],
  ['files of hosting platforms', readPlatforms],
  ['Heroku', herokuByProcfile],
  ['PM2 files', readPm2Files],
  ['Makefiles', readMakefiles],
  ['shell scripts', readShellScripts],
  ['env files', readEnvFiles],
  ['nginx files', readNginxFiles],
  ['files of proxies', readOtherProxies],
  ['Redis files', readRedisFiles],
  ['Python files', readPythonApp],
]

/** One file that nobody foresaw must not keep the others from being read. */
async function attempted(reading: Reading, what: string, read: Read): Promise<readonly Piece[]> {
  try {
    const found = await read(reading)
    return Array.isArray(found) ? found : [found as Piece]
  } catch (error) {
    reading.note(what, `they could not be read: ${error instanceof Error ? error.message : String(error)}`)
    return []
  }
}

type Lists = Exclude<keyof DeploymentFacts, 'python'>

function joined<K extends Lists>(pieces: readonly Piece[], name: K): DeploymentFacts[K] {
  return pieces.flatMap((piece) => (piece[name] ?? []) as readonly unknown[]) as unknown as DeploymentFacts[K]
}

function isSame(a: { file: string; start: number }, b: { file: string; start: number }): boolean {
  return a.file === b.file && a.start === b.start
}
