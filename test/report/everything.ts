import type { Report } from '../../lib/audit/report.js'
import {
  foundAt,
  judged,
  placeOf,
  planOf,
  ruleOf,
  secretFact,
  sessionFact,
  variableFact,
} from '../audit/made-up-app.js'

/** Secrets that no output may show. */
export const planted = ['correct-horse-battery-staple', 'pa55-of-redis', 'k8s-secret-value-1'] as const

const [key, password, encoded] = planted

export const everythingFiles: Readonly<Record<string, string>> = {
  'package.json': '{\r\n  "name": "shop"\r\n}',
  'src/app.js': `const app = new Koa()
app.keys = ['${key}'] // <script>alert(1)</script> \`\`\` | **bold**
const url = 'redis://:${password}@redis.example:6379/0'
const limits = {} // koa-shared-session-ignore MEM01 -- counts only
app.use(session({ httpOnly: false }, app))
// koa-shared-session-ignore SEC02
login(); login(); login()
login()
app.keys = [
  'dev',
  '${key}',
]
`,
  'k8s/secret.yaml': `data:\n  SECRET_KEY: ${Buffer.from(encoded).toString('base64')}\n`,
  'src/<b>bold & "quoted" ünï.js': 'let a = 1\n',
}

/** A report with something in every part of it, and secrets in every place where one might slip through. */
export async function everything(): Promise<Report> {
  const files = everythingFiles
  const at = (needle: string, file = 'src/app.js') => placeOf(files, file, needle)
  const literal = at(`'${key}'`)
  const keys = at(`[\n  'dev',\n  '${key}',\n]`)
  const odd = at('let a = 1', 'src/<b>bold & "quoted" ünï.js')
  const rules = [
    ruleOf('SEC02', 'secret-hardcoded', 'secret', [
      foundAt(literal, {
        title: `the key '${key}' stands in the source`,
        why: `Everybody who reads ${key} can sign. <script>alert(1)</script>`,
        do: `Take ${key} out:\n  export SECRET_KEY=${key}\nand restart.`,
        at: [{ place: literal }, { place: at(`'${key}'`), note: `again ${key}` }],
        fix: { grade: 'review', edits: [{ ...edit(literal), text: 'process.env.SECRET_KEY' }] },
      }),
      foundAt(keys, { title: 'several keys' }),
    ]),
    ruleOf('SEC07', 'secret-in-tracked-file', 'secret', [
      foundAt(at('SECRET_KEY: ', 'k8s/secret.yaml'), { severity: 'warning', title: 'a secret is in git' }),
    ]),
    ruleOf('CKE01', 'cookie-httponly-false', 'cookie', [
      foundAt(at('httpOnly: false'), {
        fix: { grade: 'safe', edits: [{ ...edit(at(' httpOnly: false ')), text: '' }] },
      }),
    ]),
    ruleOf('RDS02', 'redis-exposed', 'store', [
      foundAt(at('redis.example'), { title: 'Redis at a distance', confidence: 'medium' }),
    ]),
    ruleOf('MEM01', 'request-state-in-module', 'state', [foundAt(at('limits = {}'), { severity: 'warning' })]),
    ruleOf(
      'MEM05',
      'timer-per-worker',
      'state',
      ['login(); login', 'login(); login()\n', 'login()\n'].map((needle) =>
        foundAt(at(needle), { severity: 'note', title: 'one of several' }),
      ),
    ),
    ruleOf('DEP01', 'signal-not-delivered', 'shutdown', [
      foundAt(odd, { title: 'odd name', fix: { grade: 'safe', edits: [{ ...edit(odd), text: 'let a = 2' }] } }),
      foundAt(odd, { title: 'unsure', confidence: 'low' }),
    ]),
  ]
  const app = judged(
    rules,
    {
      sessions: [sessionFact(at('session('))],
      secrets: [secretFact(literal, { value: key })],
      variables: [variableFact('SECRET_KEY', encoded, at('SECRET_KEY', 'k8s/secret.yaml'), { source: 'kubernetes' })],
      threads: [{ count: 'cpus', place: literal, said: 'UV_THREADPOOL_SIZE', inCode: true }],
      processes: [],
      notLooked: [{ what: 'src/broken.js', why: `it has a fault near ${key}` }],
      localState: [
        {
          kind: 'request-state',
          what: 'limits, an object of this module',
          place: at('limits'),
          confidence: 'medium',
          identity: false,
          carriesLogin: false,
          library: undefined,
          uses: [],
        },
      ],
    },
    { answers: { secret: `The key is ${key}.`, store: `redis://:${password}@redis.example`, processes: 'One.' } },
  )
  const entry = { rule: 'SEC02', file: 'gone.js', fingerprint: '0123456789abcdef', reason: 'old', added: '2026-01-01' }
  const { report } = await planOf(files, [app], { baseline: { file: 'base.json', entries: [entry] } })
  return report
}

function edit({ file, start, end }: { file: string; start: number; end: number }) {
  return { file, start, end }
}
