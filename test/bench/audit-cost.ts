/**
 * What `migrate` costs on apps of 40 and 2,500 files, beside a bare Node: time, CPU and the most memory it held at once.
 * Each row is the median of several runs.
 *
 * Run it with `npm run bench:audit`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeShop } from './audit/made-up-shop.js'

interface Cost {
  /** From start to end, in ms. */
  readonly time: number
  /** User and system, in ms. */
  readonly cpu: number
  /** The most memory that it held at once, in MB. */
  readonly memory: number
}

const cli = join(import.meta.dirname, '../../../dist/bin/koa-shared-session.js')

/** Has a process say at its end what it took. */
const telling = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs'
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
    writeSync(2, '\\n' + JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024 }))
  })`)}`

function costOf(words: readonly string[]): Cost {
  const started = performance.now()
  const { stderr } = spawnSync(process.execPath, ['--import', telling, ...words], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  })
  const time = performance.now() - started
  const said = JSON.parse(stderr.trim().split('\n').at(-1) ?? '{}') as Omit<Cost, 'time'>
  return { time, ...said }
}

const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

function print(what: string, runs: number, words: readonly string[]): void {
  const costs = Array.from({ length: runs }, () => costOf(words))
  const of = (name: keyof Cost) => median(costs.map((cost) => cost[name])).toFixed(0)
  console.log(`| ${what} | ${of('time')} | ${of('cpu')} | ${of('memory')} |`)
}

function main(): void {
  console.log('| | time, ms | CPU, ms | memory, MB |\n| --- | --- | --- | --- |')
  print('node -e 0', 15, ['-e', '0'])
  print('--help', 15, [cli, '--help'])
  for (const [files, runs] of [
    [40, 9],
    [2500, 3],
  ] as const) {
    const directory = mkdtempSync(join(tmpdir(), 'audited-'))
    try {
      const size = writeShop(directory, files)
      print(`${files} files, ${(size / 1000).toFixed(0)} kB`, runs, [cli, 'migrate', directory, '--format', 'json'])
    } finally {
      rmSync(directory, { recursive: true })
    }
  }
}

main()
