import type { BootEffectFact } from '../facts/lifecycle.js'
import type { Rule } from '../finding.js'
import { inProcesses, isMany, manual, processCount } from '../wording/processes.js'
import { server } from '../wording/server-samples.js'

const rule: Rule = {
  id: 'PRC06',
  slug: 'boot-side-effects',
  step: 'processes',
  standards: ['CWE-362'],
  text: {
    summary: 'Every process does at its start what should be done once.',
    why: 'Workers start at the same moment: they migrate the same tables against each other, and one that is replaced in the afternoon does it again, under the others.',
    remedy: 'Do it once before the app starts: a "prestart" script, a release phase, an init container.',
    exceptions: 'Code for development or tests, commands of their own, and code in the primary are no finding.',
  },
  find: ({ bootEffects }, topology) =>
    bootEffects.map((effect) => ({
      severity: isDestructive(effect) || isMany(topology) ? 'warning' : 'note',
      confidence: 'medium',
      title: `every process ${effect.what} when it starts`,
      why: isDestructive(effect)
        ? `With ${inProcesses(topology)} it happens ${processCount(topology)} times, and again whenever a worker is replaced while the others are at work: what they stored is gone.`
        : `With ${inProcesses(topology)} it happens ${processCount(topology)} times at once, against each other, and again whenever a worker is replaced.`,
      do: /directory|pid/.test(effect.what)
        ? 'Do it once before the workers start: in the primary, or in the script that starts the app.'
        : 'Move it into a script of its own and run it once before the start: `"prestart": "node migrate.js"` in package.json, the release phase, or an init container.',
      at: [{ place: effect.place }],
      fix: manual,
    })),
  samples: {
    bad: [
      {
        name: 'the schema is made at start',
        files: server(`const { Sequelize } = require('sequelize')
const sequelize = new Sequelize(process.env.DATABASE_URL)
sequelize.sync().then(() => console.log('ready'))`),
      },
    ],
    good: [
      {
        name: 'in the primary',
        files: server(`const cluster = require('cluster')
const { Sequelize } = require('sequelize')
const sequelize = new Sequelize(process.env.DATABASE_URL)
if (cluster.isPrimary) sequelize.sync()`),
      },
      {
        name: 'in development only',
        files: server(`const { Sequelize } = require('sequelize')
const sequelize = new Sequelize(process.env.DATABASE_URL)
if (process.env.NODE_ENV !== 'production') sequelize.sync()`),
      },
    ],
  },
}

export default rule

const isDestructive = ({ what }: BootEffectFact) => /^(drops|empties)/.test(what)
