import { readFileSync } from 'node:fs'
import { parse } from '@babel/parser'

/** Plugin of esbuild: leaves out the samples of rules. The pages of the docs and the tests need them, an audit does not. */
export const withoutSamples = {
  name: 'without-samples',
  setup(build) {
    build.onLoad({ filter: /[/\\]audit[/\\](live[/\\])?rules[/\\][a-z]{3}\d+-[\w-]+\.ts$/ }, ({ path }) => ({
      contents: emptied(readFileSync(path, 'utf8'), path),
      loader: 'ts',
    }))
  },
}

function emptied(source, path) {
  const { program } = parse(source, { sourceType: 'module', plugins: ['typescript'] })
  const values = program.body.flatMap(({ declarations = [] }) => declarations.map(({ init }) => init))
  const properties = values.flatMap((value) => (value?.type === 'ObjectExpression' ? value.properties : []))
  const samples = properties.find(({ key }) => key?.name === 'samples')
  if (!samples) throw new Error(`${path} declares no rule with samples.`)
  return `${source.slice(0, samples.value.start)}{ bad: [], good: [] }${source.slice(samples.value.end)}`
}
