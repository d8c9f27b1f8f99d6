import { expect } from 'chai'
import { appOf, koaApp, packageJson } from './small-app.js'

const said = async (scripts: Readonly<Record<string, string>>) => {
  const files = {
    'package.json': packageJson({ koa: '^2.15.0' }, { scripts }),
    'src/fetch-rates.js': "const axios = require('axios')\naxios.get('https://rates.example').then(console.log)",
    'tools/prune.js': "require('child_process').execSync('rm -rf dist/cache')",
  }
  return (await appOf(koaApp('', files))).processes.map((fact) => fact.said)
}

describe('scripts of package.json that are no server', () => {
  it('say nothing of its processes: they fetch, prune, pack', async () => {
    expect(
      await said({ fetch: 'node build/fetch-rates.js', 'dist-modules': 'cp a b && node tools/prune.js' }),
    ).to.deep.equal([])
  })

  it('stand beside one that is', async () => {
    expect(await said({ start: 'node build/app.js', fetch: 'node build/fetch-rates.js' })).to.deep.equal([
      '"start": node build/app.js',
    ])
  })
})
