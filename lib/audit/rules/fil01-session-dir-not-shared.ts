import { type ContainerDirectories, containerDirectories, hostDirectories } from '../container-directories.js'
import type { ContainerFact } from '../facts/deployment.js'
import type { SessionFact } from '../facts/session.js'
import type { Facts } from '../facts.js'
import type { Found, Rule, Severity } from '../finding.js'
import type { Place } from '../place.js'
import type { Topology } from '../topology.js'
import { counted } from '../wording/places.js'
import { manual, severityFor } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'
import { isMounted, type SessionDirectory, sessionDirectories } from '../wording/session-directory.js'

const rule: Rule = {
  id: 'FIL01',
  slug: 'session-dir-not-shared',
  step: 'store',
  standards: ['CWE-377', 'CWE-379'],
  text: {
    summary: 'The directory of session files is not the same for all processes, or does not last.',
    why: 'Files are shared by the processes of one machine only. In a container they are gone with it at each deploy, unless they are on a volume; a temporary directory is emptied by the system, and others may write there.',
    remedy:
      'On one machine: a directory of the app alone that lasts, such as /var/lib/shop/sessions, on a volume where there are containers. For a second machine: Redis.',
    exceptions:
      'One machine with a directory that lasts, or with a volume mounted there, is no finding, and neither is a path that cannot be read where nothing else speaks against it.',
  },
  find: (facts, topology) => {
    const { hosts } = topology.target
    const files = hosts > 1 ? undefined : containerDirectories(facts)
    if (files?.are === 'separate') return [perContainer(files, facts, topology)]
    const apart = hostDirectories(facts, hosts)
    if (apart?.are === 'separate') return [perHost(apart.session, facts, topology)]
    return sessionDirectories(facts).flatMap((directory) => found(directory, facts, topology))
  },
  samples: {
    bad: [
      {
        name: 'the temporary directory',
        files: koaApp(
          "app.use(session({ store: new (require('session-file-store')(session))({ path: '/tmp/sessions' }) }))",
          'express-session',
        ),
      },
      {
        name: 'sharedSession() in several containers without a volume',
        files: {
          ...koaApp("app.use(require('koa-shared-session').sharedSession())", 'koa-shared-session'),
          'docker-compose.yml': 'services:\n  app:\n    build: .\n    deploy:\n      replicas: 4\n',
          Dockerfile: 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["node", "app.js"]\n',
        },
      },
      {
        name: 'a container without a volume',
        files: {
          ...koaApp(
            "app.use(session({ store: new (require('session-file-store')(session))({ path: '/data/sessions' }) }))",
            'express-session',
          ),
          'docker-compose.yml': 'services:\n  app:\n    build: .\n    command: node app.js\n    ports: ["3000:3000"]\n',
          Dockerfile: 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["node", "app.js"]\n',
        },
      },
    ],
    good: [
      {
        name: 'a directory that lasts',
        files: koaApp(
          "app.use(session({ store: new (require('session-file-store')(session))({ path: '/var/lib/shop/sessions' }) }))",
          'express-session',
        ),
      },
      {
        name: 'a volume',
        files: {
          ...koaApp(
            "app.use(session({ store: new (require('session-file-store')(session))({ path: '/data/sessions' }) }))",
            'express-session',
          ),
          'docker-compose.yml':
            'services:\n  app:\n    build: .\n    command: node app.js\n    volumes:\n      - sessions:/data/sessions\nvolumes:\n  sessions:\n',
          Dockerfile: 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["node", "app.js"]\n',
        },
      },
    ],
  },
}

export default rule

interface Fault {
  readonly severity: Severity
  readonly confidence: Found['confidence']
  readonly title: string
  readonly why: string
  readonly proof?: Place
}

function found(directory: SessionDirectory, facts: Facts, topology: Topology): Found[] {
  const fault = wiped(directory, topology) ?? container(directory, facts) ?? temporary(directory, facts)
  if (fault === undefined) return []
  const { proof, ...words } = fault
  return [
    {
      ...words,
      do: remedy(facts, topology),
      at: [{ place: directory.place }, ...(proof ? [{ place: proof }] : [])],
      fix: manual,
    },
  ]
}

function perContainer({ session, containers }: ContainerDirectories, facts: Facts, topology: Topology): Found {
  const proof = facts.containers.find(({ kind }) => kind === 'compose')?.place
  return {
    severity: 'error',
    confidence: 'high',
    title: 'each container keeps sessions in a directory of its own',
    why: `No volume is mounted at the session directory: of ${containers} containers one knows a login, so about 1 request in ${containers} sees it, and each deploy logs everybody out.`,
    do: remedy(facts, topology),
    at: [{ place: session.store.directory?.place ?? session.place }, ...(proof ? [{ place: proof }] : [])],
    fix: manual,
  }
}

function perHost({ store, place }: SessionFact, facts: Facts, topology: Topology): Found {
  const { hosts } = topology.target
  return {
    severity: 'error',
    confidence: 'high',
    title: 'each host keeps sessions in a directory of its own',
    why: `With ${hosts} hosts a login is known to one of them: about 1 request in ${hosts} sees it.`,
    do: remedy(facts, topology),
    at: [{ place: store.directory?.place ?? place }],
    fix: manual,
  }
}

function wiped({ session }: SessionDirectory, topology: Topology): Fault | undefined {
  if (session.store.how !== 'wiped') return undefined
  return {
    severity: severityFor(topology, 'warning', 'error'),
    confidence: 'high',
    title: 'the session directory is emptied at each start',
    why: 'Every process that starts, and every worker that is replaced, logs everybody out.',
  }
}

function container({ path }: SessionDirectory, { containers, hosts }: Facts): Fault | undefined {
  const platform = hosts.find(({ ephemeralDisk }) => ephemeralDisk)
  const running = containers.filter(({ kind }) => kind === 'compose' || kind === 'kubernetes')
  const judged: readonly ContainerFact[] =
    running.length > 0 ? running : containers.filter(({ kind }) => kind === 'dockerfile')
  const unmounted = judged.find((each) => !isMounted(each, path))
  if (platform === undefined && (unmounted === undefined || judged.some((each) => isMounted(each, path))))
    return undefined
  const proof = platform?.place ?? unmounted?.place
  return {
    severity: 'warning',
    confidence: platform || running.length > 0 ? 'high' : 'medium',
    title: 'session files are gone with the container',
    why: 'No volume is mounted at the session directory: each deploy logs everybody out, and a second container sees none of the sessions of the first.',
    ...(proof && { proof }),
  }
}

function temporary({ path }: SessionDirectory, { containers }: Facts): Fault | undefined {
  if (path === undefined || !/^\/(tmp|var\/tmp|dev\/shm)(\/|$)/.test(path)) return undefined
  const isolated = containers.find(({ kind, privateTmp }) => kind === 'systemd' && privateTmp)
  return {
    severity: 'warning',
    confidence: 'high',
    title: 'session files are in a temporary directory',
    why: isolated
      ? 'systemd gives the service a /tmp of its own (PrivateTmp) and removes it when the service stops: each restart logs everybody out.'
      : 'The system empties it at a reboot, or after some days, and every user of the machine may make files there.',
    ...(isolated && { proof: isolated.place }),
  }
}

function remedy({ app, containers }: Facts, { target, needsRedis }: Topology): string {
  if (target.hosts > 1 || needsRedis)
    return `${counted(Math.max(2, target.hosts), 'host')} need Redis: set \`SESSION_REDIS_URL\`.`
  const name = app.name.replace(/^@/, '').replace(/[^\w-]+/g, '-')
  const kinds = new Set(containers.map(({ kind }) => kind))
  if (kinds.has('systemd'))
    return `In the unit: \`StateDirectory=${name}\` and \`Environment=SESSION_FILE_DIR=/var/lib/${name}/sessions\`.`
  if (kinds.size > 0)
    return `Mount a volume, in compose \`volumes: ["sessions:/var/lib/${name}/sessions"]\`, and set \`SESSION_FILE_DIR=/var/lib/${name}/sessions\`. Or keep sessions in Redis.`
  return `Set \`SESSION_FILE_DIR=/var/lib/${name}/sessions\`, a directory that only the app may read (mode 0700).`
}
