import { differingKeys } from '../differing-keys.js'
import type { Found, Rule } from '../finding.js'
import { listed } from '../wording/places.js'
import { inProcesses, manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'

const session = 'app.use(session(app))'
const compose = (one: string, two: string) => `services:
  one:
    build: .
    environment:
      SECRET_KEY: ${one}
  two:
    build: .
    environment:
      SECRET_KEY: ${two}
`
const pm2 = (script: string) => `module.exports = {
  apps: [
    { name: 'shop', script: 'app.js', env: { SECRET_KEY: 'Jc83kd-0dkeW-93kdlsQ' } },
    { name: 'other', script: '${script}', env: { SECRET_KEY: 'pq02kd-8dmeA-11kdlsZ' } },
  ],
}
`

const rule: Rule = {
  id: 'SEC06',
  slug: 'secret-differs-between-sources',
  step: 'secret',
  standards: [],
  text: {
    summary: 'Processes that share sessions are given different keys.',
    why: 'A cookie that one process signs is refused by the other, so users are logged in and out by turns.',
    remedy: 'Keep the key in one place that all of them read: one env file, one secret of the platform.',
    exceptions:
      'Only values that are written out are compared, and only those of services that run this app. Staging, development and test files may differ.',
  },
  find: (facts, topology) =>
    differingKeys(facts).map((group) => {
      const [first, ...others] = group
      const services = group.map(({ service, place }) => service ?? place.file)
      return {
        severity: 'error',
        confidence: 'high',
        title: `${first.name} differs between ${listed([...new Set(services)])}`,
        why: `Each of them signs with a key of its own, so a login at one is refused by the other. ${inProcesses(topology)} can only share sessions with one key.`,
        do: `Give all of them the same ${first.name}, and keep it in one place, out of git: an env_file that all services name, or a secret of the platform.`,
        at: [
          { place: first.place },
          ...others.map(({ place, service }) => ({ place, note: `another value${service ? ` for ${service}` : ''}` })),
        ],
        fix: manual,
      }
    }) satisfies Found[],
  samples: {
    bad: [
      {
        name: 'two services of one compose file',
        files: { ...koaApp(session), 'docker-compose.yml': compose('Jc83kd-0dkeW-93kdlsQ', 'pq02kd-8dmeA-11kdlsZ') },
      },
      { name: 'two apps of PM2', files: { ...koaApp(session), 'ecosystem.config.js': pm2('app.js') } },
    ],
    good: [
      {
        name: 'one value',
        files: { ...koaApp(session), 'docker-compose.yml': compose('Jc83kd-0dkeW-93kdlsQ', 'Jc83kd-0dkeW-93kdlsQ') },
      },
      { name: 'another program', files: { ...koaApp(session), 'ecosystem.config.js': pm2('mailer.js') } },
      {
        name: 'staging',
        files: {
          ...koaApp(session),
          'docker-compose.yml':
            'services:\n  app:\n    build: .\n    environment:\n      SECRET_KEY: Jc83kd-0dkeW-93kdlsQ\n',
          'docker-compose.staging.yml':
            'services:\n  app:\n    build: .\n    environment:\n      SECRET_KEY: pq02kd-8dmeA-11kdlsZ\n',
        },
      },
    ],
  },
}

export default rule
