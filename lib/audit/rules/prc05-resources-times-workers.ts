import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import type { Topology } from '../topology.js'
import { inProcesses, manual, processCount } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

/** How many connections each database takes when nobody changes it. */
const limits: Readonly<Record<string, { readonly name: string; readonly connections: number }>> = {
  pg: { name: 'PostgreSQL', connections: 100 },
  mysql: { name: 'MySQL', connections: 151 },
  mariadb: { name: 'MariaDB', connections: 151 },
  knex: { name: 'PostgreSQL', connections: 100 },
  sequelize: { name: 'PostgreSQL', connections: 100 },
  typeorm: { name: 'PostgreSQL', connections: 100 },
}

/** Pools below this many connections in all leave room for others. */
const fewConnections = 80

const rule: Rule = {
  id: 'PRC05',
  slug: 'resources-times-workers',
  step: 'processes',
  standards: ['OWASP ASVS 5.0 13.2.6'],
  text: {
    summary: 'What one process may use is used by each of them.',
    why: 'Each process opens a pool of database connections of its own. The sizes add up, and the database refuses what is above its limit: PostgreSQL takes 100 connections, MySQL 151, unless told otherwise.',
    remedy: 'Divide the size by the number of processes, or put a pooler such as PgBouncer in front of the database.',
    exceptions: `Pools that stay below ${fewConnections} connections in all are no finding, and neither is MongoDB, which takes thousands. Sizes that come from the environment are not judged.`,
  },
  find: (facts, topology) => [...pools(facts, topology), ...threads(facts)],
  samples: {
    bad: [
      {
        name: 'a pool of 50',
        files: server(`const { Pool } = require('pg')
const pool = new Pool({ max: 50 })`),
      },
    ],
    good: [
      {
        name: 'a pool of 5',
        files: server(`const { Pool } = require('pg')
const pool = new Pool({ max: 5 })`),
      },
      {
        name: 'MongoDB',
        files: server(`require('mongoose').connect(process.env.MONGO_URL, { maxPoolSize: 100 })`),
      },
    ],
  },
}

export default rule

function pools({ lifecycle }: Facts, topology: Topology): Found[] {
  const count = processCount(topology)
  return lifecycle.pools.flatMap(({ place, size, library }) => {
    const limit = limits[library]
    const total = size * count
    if (limit === undefined || total <= fewConnections || count < 2) return []
    return [
      {
        severity: 'warning',
        confidence: 'medium',
        title: `the pools of all processes add up to ${total} connections`,
        why: `${inProcesses(topology)} × ${size} = ${total} connections; ${limit.name} takes ${limit.connections} unless told otherwise, and refuses the rest.`,
        do: `Let each process have at most ${Math.max(1, Math.floor(fewConnections / count))}, or raise the limit of the database, or put a pooler in front of it.`,
        at: [{ place }],
        fix: manual,
      },
    ]
  })
}

/** libuv reads the variable when its threads start, which may have been before. */
const threads = ({ threads }: Facts): Found[] =>
  threads
    .filter(({ inCode }) => inCode)
    .map(({ place }) => ({
      severity: 'note',
      confidence: 'medium',
      title: 'UV_THREADPOOL_SIZE is set by code',
      why: 'The size counts only when it is set before the first file, DNS or crypto call of the process; modules that load earlier decide. Each process has threads of its own.',
      do: 'Set it in the environment of the start command: `UV_THREADPOOL_SIZE=8 node …`.',
      at: [{ place }],
      fix: manual,
    }))
