import { expect } from 'chai'
import { Evaluator } from '../../../lib/audit/source/evaluate.js'
import { Modules } from '../../../lib/audit/source/modules.js'
import { type Parse, parse } from '../../../lib/audit/source/parse.js'
import { child, findAll } from '../../../lib/audit/source/syntax.js'
import { memoryProject } from '../memory-project.js'

/** Follows values, and counts how often it is asked what an expression is worth. */
class CountingEvaluator extends Evaluator {
  steps = 0

  override evaluate(...question: Parameters<Evaluator['evaluate']>) {
    this.steps++
    return super.evaluate(...question)
  }
}

/** A module whose handlers call those of the other one, which calls them. */
function handlers(count: number, other: string): string {
  const one = (index: number) => `
    exports.handle${index} = async function handle${index}(ctx, options) {
      const value = options.find(ctx.session.user).trim()
      const next = other.handle${(index + 1) % count}(ctx, options)
      ctx.body = next.result.map((each) => each.name).filter(Boolean).join(value)
    }`
  return [`const other = require('./${other}')`, ...Array.from({ length: count }, (_, index) => one(index))].join('\n')
}

/** How many steps it takes to follow all that two such modules call, and how often each file is parsed. */
async function costOf(count: number): Promise<{ steps: number; parsed: readonly string[] }> {
  const parsed: string[] = []
  const counting: Parse = (file, text) => {
    parsed.push(file)
    return parse(file, text)
  }
  const project = memoryProject({ 'a.js': handlers(count, 'b'), 'b.js': handlers(count, 'a') })
  const modules = new Modules(project, counting, '.')
  const evaluator = new CountingEvaluator(modules)
  for (const file of project.files) {
    const module = modules.get(file)
    for (const call of module ? findAll(module.program, 'CallExpression') : [])
      if (module) evaluator.ask(child(call, 'callee') ?? call, module)
  }
  return { steps: evaluator.steps, parsed }
}

describe('following values', () => {
  it('costs twice as much for twice as many handlers that call each other across files', async () => {
    const [few, many] = [await costOf(20), await costOf(40)]
    expect(few.steps).to.be.above(500)
    expect(many.steps / few.steps).to.be.within(1.5, 2.5)
  })

  it('parses each file once', async () => {
    expect((await costOf(5)).parsed).to.have.members(['a.js', 'b.js'])
  })
})
