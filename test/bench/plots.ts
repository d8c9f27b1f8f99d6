import { type Chart, drawChart } from './chart.js'
import type { BenchResults, ContenderResults } from './results.js'

/** The plots of docs/benchmarks.md: file name in docs/ → SVG. */
export function plots({ contenders, stocks }: BenchResults): Record<string, string> {
  const on = (...stores: string[]) => contenders.filter(({ store }) => stores.includes(store))
  return {
    'images/bench-redis.svg': drawChart(costChart('Sessions of 200 B in Redis', on('redis'))),
    'images/bench-sizes.svg': drawChart(sizeChart(on('redis'))),
    'images/bench-files.svg': drawChart(costChart('Sessions of 200 B elsewhere', on('files', 'memory', 'cookie'))),
    'images/bench-stock.svg': drawChart(stockChart(stocks)),
  }
}

const isOurs = (name: string) => name.startsWith('koa-shared-session')
const aboveBare = 'µs of CPU per request above the bare framework'

function costChart(title: string, contenders: readonly ContenderResults[]): Chart {
  const acts = ['read', 'write']
  const rows = contenders.map(({ name, figures }) => ({
    name,
    isOurs: isOurs(name),
    values: acts.map((act) => figures[`${act} 200 B`]?.above ?? 0),
  }))
  return { title, unit: aboveBare, series: acts, rows }
}

function sizeChart(contenders: readonly ContenderResults[]): Chart {
  const sizes = ['200 B', '4 KB', '64 KB']
  const cost = ({ figures }: ContenderResults, size: string) => figures[`read ${size}`]?.above ?? 0
  const [floor] = contenders
  const rows = contenders.map((contender) => ({
    name: contender.name,
    isOurs: isOurs(contender.name),
    values: sizes.map((size) => cost(contender, size) / (floor ? cost(floor, size) : 1)),
  }))
  return { title: 'Reading sessions of three sizes in Redis', unit: 'times the cost by hand', series: sizes, rows }
}

function stockChart(stocks: BenchResults['stocks']): Chart {
  const counts = [...new Set(stocks.map(({ sessions }) => sessions))]
  const names = [...new Set(stocks.map(({ name }) => name))]
  const rows = names.map((name) => ({
    name,
    isOurs: isOurs(name),
    values: counts.map(
      (count) => stocks.find((each) => each.name === name && each.sessions === count)?.figures.read?.cpu ?? 0,
    ),
  }))
  const series = counts.map((count) => count.toLocaleString('en'))
  return { title: 'Reading with so many sessions in the store', unit: 'µs of CPU per request', series, rows }
}
