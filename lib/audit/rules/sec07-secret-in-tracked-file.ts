import { isPublishedSecret } from '../../core/known-secrets.js'
import type { Source, VariableFact } from '../facts/deployment.js'
import type { Facts } from '../facts.js'
import type { Found, Rule } from '../finding.js'
import { twoKeys, whatChangingCosts } from '../wording/key-fixes.js'
import { isLiteral, keyValues } from '../wording/key-variables.js'
import { at } from '../wording/places.js'
import { manual } from '../wording/processes.js'
import { koaApp } from '../wording/samples.js'

const session = 'app.use(session(app))'
const value = 'Jc83kd-0dkeW-93kdlsQ-aa71'

const rule: Rule = {
  id: 'SEC07',
  slug: 'secret-in-tracked-file',
  step: 'secret',
  standards: ['CWE-540', 'CWE-312', 'CWE-526', 'OWASP ASVS 5.0 13.3.1'],
  text: {
    summary: 'The key that signs session cookies stands in a file that git tracks.',
    why: 'Whoever can read the repository, a fork, a backup or an image can sign cookies and be any user. Taking it out later does not help: it stays in the history.',
    remedy:
      'Make a new key and give it to the processes at run time: an untracked env file, a secret of the platform, `EnvironmentFile=`. Then take the value out of the file.',
    exceptions:
      'Silent for files that git does not track, for examples, for development and test files, for encrypted values, for published defaults (SEC03 says those), and where production gets the key from a secret store.',
  },
  find: (facts) => {
    const values = keyValues(facts)
    const elsewhere = new Set(values.filter(({ fromSecret }) => fromSecret).map(({ name }) => name))
    return values.filter((variable) => isExposed(variable, elsewhere)).map((variable) => found(facts, variable))
  },
  samples: {
    bad: [
      {
        name: 'in compose',
        files: {
          ...koaApp(session),
          'docker-compose.yml': `services:\n  app:\n    build: .\n    environment:\n      - SECRET_KEY=${value}\n`,
        },
      },
      {
        name: 'baked into the image',
        files: { ...koaApp(session), Dockerfile: `FROM node:22\nENV SECRET_KEY=${value}\nCMD ["node", "app.js"]\n` },
      },
      {
        name: 'a default of compose',
        files: {
          ...koaApp(session),
          'docker-compose.yml': `services:\n  app:\n    build: .\n    environment:\n      SECRET_KEY: \${SECRET_KEY:-${value}}\n`,
        },
      },
    ],
    good: [
      {
        name: 'from the environment of compose',
        files: {
          ...koaApp(session),
          'docker-compose.yml': 'services:\n  app:\n    build: .\n    environment:\n      - SECRET_KEY=$SECRET_KEY\n',
        },
      },
      { name: 'an example', files: { ...koaApp(session), '.env.example': `SECRET_KEY=${value}\n` } },
      {
        name: 'a secret of Kubernetes',
        files: {
          ...koaApp(session),
          'deploy.yaml':
            'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    spec:\n      containers:\n        - name: shop\n          env:\n            - name: SECRET_KEY\n              valueFrom:\n                secretKeyRef:\n                  name: shop\n                  key: secret\n',
        },
      },
      {
        name: 'encrypted',
        files: {
          ...koaApp(session),
          'secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\nstringData:\n  SECRET_KEY: ENC[AES256_GCM,data:${value}]\nsops:\n  version: 3.8.1\n`,
        },
      },
    ],
  },
}

export default rule

function isExposed(variable: VariableFact, elsewhere: ReadonlySet<string>): boolean {
  const { value: text, tracked, name, when, source } = variable
  if (!isLiteral(variable) || text === undefined || isPublishedSecret(text) || tracked === false) return false
  // Without a checkout an env file may well be kept out of git.
  if (tracked === undefined && source === 'env-file') return false
  return !(elsewhere.has(name) && when === 'any')
}

/** How each kind of file takes the key from outside. */
const remedies: Readonly<Record<Source, (variable: VariableFact) => string>> = {
  'env-file': ({ place }) =>
    `git rm --cached ${place.file}, and a line ${place.file} in .gitignore; the file may stay where it is.`,
  dockerfile: ({ name }) =>
    `Take the line out, since every image holds it, and give ${name} at run time: docker run --env-file, or env_file in compose.`,
  'dockerfile-arg': ({ name }) => `Take the default out: build arguments stay in the image. Give ${name} at run time.`,
  compose: ({ name }) => `Write \${${name}:?} there and keep the value in an untracked .env beside it, or use secrets.`,
  kubernetes: () =>
    'Keep it in a Secret that is made outside the repository, or encrypt it with SOPS or Sealed Secrets, and take it by valueFrom.secretKeyRef.',
  helm: () => 'Take it from an existing Secret: values in the chart are in the repository and in each release.',
  pm2: ({ name }) => `Leave ${name} out of the file: PM2 hands on the environment that it is started in.`,
  systemd: () =>
    'Move it to a file with mode 0600 and name that: EnvironmentFile=/etc/<app>.env. Everybody may read a unit.',
  procfile: ({ name }) => `Set it by the platform: config:set ${name}=…`,
  script: ({ name }) => `Take ${name} out of the script and set it in the environment.`,
  paas: ({ name }) => `Set ${name} as a secret of the platform; here only its name, or that it is generated.`,
}

function found({ secrets }: Facts, variable: VariableFact): Found {
  const { name, place, tracked, fallback, source, value: old } = variable
  const use = secrets.find((secret) => secret.variable === name)
  const kind = fallback && source !== 'dockerfile-arg' ? 'a default for the key' : 'the key'
  return {
    severity: tracked ? 'error' : 'warning',
    confidence: tracked ? 'high' : 'medium',
    title: `${kind} ${name} is in ${place.file}${tracked ? ', which git tracks' : ''}`,
    why: `Whoever reads ${place.file} can sign a session cookie and be any user${fallback ? ` of every process that starts without ${name}` : ''}.${tracked ? ' It stays in the history of the repository, so it has to be a new key.' : ''}`,
    do: `Make a new key: npx koa-shared-session secret --env ${name}\n${remedies[source](variable)}\n${whatChangingCosts(old === undefined ? [] : [old], use ? twoKeys(use) : 'as an older one')}`,
    at: [{ place }, ...(use ? [{ place: use.place, note: `signs cookies, at ${at(use.sink.place)}` }] : [])],
    fix: manual,
  }
}
