import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { defaultDirectory } from '../../lib/plugin/default-directory.js'
import { cli } from '../cli/run.js'
import { freshDirectory } from '../servers/process.js'

/** A project in a folder of this name, with this package.json. */
function project(folder: string, manifest?: string): string {
  const directory = join(freshDirectory(), folder)
  mkdirSync(directory)
  if (manifest !== undefined) writeFileSync(join(directory, 'package.json'), manifest)
  return directory
}

const inTemporary = (name: string) => join(tmpdir(), name)

describe('the session directory when none is set', () => {
  it('has the name of the package', () => {
    const directory = project('folder', '{ "name": "@acme/shop" }')
    expect(defaultDirectory(join(directory, 'app.js'), directory)).to.equal(inTemporary('acme-shop_sessions'))
    expect(defaultDirectory(join(directory, 'app.js'), tmpdir())).to.equal(inTemporary('acme-shop_sessions'))
  })

  it('has the name of its folder where the package has none, as after "npm install" in an empty one', () => {
    const directory = project('my shop', '{ "dependencies": { "koa": "^3.0.0" } }')
    mkdirSync(join(directory, 'server'))
    for (const from of [directory, join(directory, 'server')])
      expect(defaultDirectory(join(directory, 'app.js'), from)).to.equal(inTemporary('my-shop_sessions'))
  })

  it('is found by the commands, wherever they are installed', () => {
    const { out, err } = cli(['sessions', 'count'], { cwd: project('lonely-shop', '{}') })
    expect(out + err).to.include(inTemporary('lonely-shop_sessions'))
  })
})
