import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from '../project.js'
import { makeCertificate } from '../servers/certificate.js'
import { freshDirectory } from '../servers/process.js'
import { type RedisServer, startRedis } from '../servers/redis.js'
import { compile, layOut, type Running, run, runAsTest } from './block-run.js'
import { type Block, type Page, readPages } from './page.js'

const pages = readPages()
const programs = ['js', 'ts']

/**
 * Blocks that are no programs: commands, what they print, files of other languages. Here stands which test runs them or holds
 * them against what they show, for a page or a folder.
 */
const proofs: Record<string, string> = {
  'README.md': 'docs/readme.test.ts',
  'CONTRIBUTING.md': 'contributing.test.ts',
  'docs/administer.md': 'docs/command-blocks.test.ts',
  'docs/benchmarks.md': 'docs/code-blocks.test.ts',
  'docs/cli.md': 'docs/generated.test.ts',
  'docs/deploy.md': 'docs/deploy/shop.ts',
  'docs/doctor.md': 'docs/doctor-page.test.ts',
  'docs/from/flask.md': 'docs/coming-from.test.ts',
  'docs/guide.md': 'docs/guide.test.ts',
  'docs/migrate.md': 'docs/generated.test.ts',
  'docs/outage.md': 'docs/code-blocks.test.ts',
  'docs/security.md': 'docs/command-blocks.test.ts',
  'docs/serve.md': 'docs/command-blocks.test.ts',
  'docs/stores.md': 'docs/code-blocks.test.ts',
  'docs/troubleshooting.md': 'docs/troubleshooting.test.ts',
  'docs/torture.md': 'docs/code-blocks.test.ts',
}

const setUp = ['npm ci && npm start\n', 'npm ci && npm test\n']

describe('the code blocks of the docs', function () {
  this.timeout(60_000)
  let redis: RedisServer
  let ca: string
  before(async () => {
    redis = await startRedis()
    ca = (await makeCertificate(freshDirectory())).certFile
  })
  after(() => redis.stop())

  /** What the pages tell their readers to set. A Redis address only where the block speaks of one. */
  const environment = ({ code }: Block): Record<string, string> => ({
    SECRET_KEY: 'Zk8wq1TzF0s6nYbVx3uLr9eHc2aJd5mPg7KoQi4tNfE',
    SESSION_FILE_DIR: `${freshDirectory()}/sessions`,
    REDIS_CA_FILE: ca,
    ...(code.includes('process.env.REDIS_URL') ? { REDIS_URL: redis.url } : {}),
  })

  for (const page of pages)
    for (const block of page.blocks.filter(({ language }) => programs.includes(language)))
      it(`${page.path}:${block.line} runs`, async () => {
        const directory = layOut(page)
        const tested = runAsTest(directory, block)
        if (tested) return passes(tested)
        const file = block.language === 'ts' ? compile(directory, block) : block.file
        const running = await run(directory, file, environment(block))
        try {
          if (running.port === undefined) expect(running.code, running.output).to.equal(0)
          else await (block.marks.includes('unreachable') ? answersDown(running) : keepsSessions(running))
        } finally {
          await running.stop()
        }
      })

  it('are whole programs: none is left out', () => {
    const marks = pages.flatMap(({ blocks }) => blocks.flatMap((block) => block.marks))
    expect(new Set(marks)).to.deep.equal(new Set(['', 'unreachable']))
    const languagesOf = (of: typeof pages) =>
      new Set(of.flatMap(({ blocks }) => blocks.map(({ language }) => language)))
    const isRecipes = ({ path }: Page) => path === 'docs/deploy.md'
    expect(languagesOf(pages.filter((page) => !isRecipes(page)))).to.deep.equal(
      new Set([...programs, 'py', 'sh', 'text']),
    )
    // Each has a test of its own in test/docs/deploy.
    expect(languagesOf(pages.filter(isRecipes))).to.deep.equal(
      new Set(['js', 'text', 'ini', 'dockerfile', 'yaml', 'nginx']),
    )
  })
})

function passes({ code, output }: { code: number | null; output: string }): void {
  expect(code, output).to.equal(0)
  expect(output).to.match(/[1-9]\d* passing|^\S pass [1-9]/m)
}

/** A visitor comes twice, and what the second visit shows depends on the first. */
async function keepsSessions({ port, output }: Running): Promise<void> {
  const first = await fetch(`http://127.0.0.1:${port}/login`)
  expect(first.status, output).to.equal(200)
  const cookie = first.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  expect(cookie).to.match(/^(session|koa\.sess|koa\.sid|connect\.sid)=/)
  const second = await fetch(`http://127.0.0.1:${port}/`, { headers: { cookie } })
  expect(second.status).to.equal(200)
  expect(await second.text()).to.match(/^2 views$|"apples":2|ada/i)
}

/** The servers that the block names do not exist here: it starts, and says that it cannot serve sessions. */
async function answersDown({ port, output }: Running): Promise<void> {
  const { status } = await fetch(`http://127.0.0.1:${port}/`)
  expect(status, output).to.equal(503)
}

describe('the pages', () => {
  for (const { path, blocks } of pages.filter((page) =>
    page.blocks.some(({ language }) => !programs.includes(language)),
  ))
    it(`${path} has a test for its ${blocks.length} blocks`, () => {
      const example = /^examples\/([\w-]+)\//.exec(path)?.[1]
      const test = example ? `examples/${example}.test.ts` : proofs[path]
      expect(test, 'a test that runs or checks what the page shows').to.be.a('string')
      const named = example ? `'${example}'` : posix.basename(path)
      expect(readFileSync(join(projectRoot, 'test', test ?? ''), 'utf8'), test).to.include(named)
    })

  it('name no script of npm that does not exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
    const shell = pages
      .filter(({ path }) => path !== 'docs/guide.md')
      .flatMap(({ blocks }) => blocks.map(({ code }) => code))
    const named = [...shell.join('\n').matchAll(/npm (?:run )?(start|test|(?<=run )[\w:]+)/g)].map(
      ([, name = '']) => name,
    )
    expect(named).to.include.members(['start', 'test', 'torture', 'outage'])
    for (const name of named) expect(scripts).to.have.property(name)
  })

  const anchors = new Map(pages.map((page) => [page.path, page.anchors]))

  for (const { path, links } of pages)
    it(`${path} links to what exists`, () => {
      for (const link of links.filter((target) => !target.startsWith('https://'))) {
        const [file = '', anchor] = link.split('#')
        const target = file ? posix.join(posix.dirname(path), file) : path
        expect(existsSync(join(projectRoot, target)), link).to.equal(true)
        if (anchor) expect(anchors.get(target)?.has(anchor), link).to.equal(true)
      }
    })

  it('README has the two commands that set everything up', () => {
    const commands = pages[0]?.blocks.filter(({ language }) => language === 'sh').map(({ code }) => code)
    expect(commands).to.include.members(setUp)
  })

  it('show every picture that there is', () => {
    const shown = pages.flatMap(({ links }) => links.map((link) => posix.basename(link)))
    expect(shown).to.include.members(readdirSync(join(projectRoot, 'docs/images')))
  })

  it('README leads to every page', () => {
    expect(pages[0]?.links).to.include.members([...anchors.keys()].filter((path) => path !== 'README.md'))
  })

  it('docs/stores.md lists the rights that redisStore lists', () => {
    const source = readFileSync(join(projectRoot, 'lib/stores/redis.ts'), 'utf8').replace(/\n \* ?/g, ' ')
    const [, docstring = ''] = /An ACL user needs(.*?)\.\s{2}/.exec(source) ?? []
    const rights = [...docstring.matchAll(/[+~][\w|:*]+/g)].map(([right]) => right)
    expect(rights).to.have.length.above(10)
    const page = readFileSync(join(projectRoot, 'docs/stores.md'), 'utf8')
    for (const right of rights) expect(page).to.include(right)
  })

  it('docs/security.md claims what a test is named after', () => {
    const page = readFileSync(join(projectRoot, 'docs/security.md'), 'utf8')
    const claims = [...page.matchAll(/^\| (S\d+) +\|/gm)].map(([, id = '']) => id)
    expect(claims).to.have.length(20)
    for (const id of claims) expect(testTitles(), id).to.match(new RegExp(`\\b${id}\\b`))
  })
})

describe('docs/security.md, OWASP ASVS 5.0', () => {
  const page = readFileSync(join(projectRoot, 'docs/security.md'), 'utf8')
  const rows = new Map(
    [...page.matchAll(/^\| (\d\.\d\.\d) \| ([^|]+) \| ([^|]+) \| ?(.*)\|$/gm)].map(([, id = '', , ...cells]) => [
      id,
      cells,
    ]),
  )

  it('has every line of V3 and of V7, in order', () => {
    const frontend = { '3.1': 1, '3.2': 3, '3.3': 5, '3.4': 8, '3.5': 8, '3.6': 1, '3.7': 5 }
    const counts = { ...frontend, '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 3, '7.6': 2 }
    const ids = Object.entries(counts).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
    )
    expect([...rows.keys()]).to.deep.equal(ids)
  })

  it('answers with one of three, and shows what is met', () => {
    for (const [id, [answer = '', how = '']] of rows) {
      expect(['met', 'by the app', 'not offered'], id).to.include(answer)
      if (answer === 'met') expect(how, id).to.match(/\[test\]\(/)
    }
  })
})

/** The lines of the tests that open one. */
function testTitles(): string {
  const directory = join(projectRoot, 'test')
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  )
  return files
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').match(/\b(?:it|describe)\(.*/g) ?? [])
    .join('\n')
}
