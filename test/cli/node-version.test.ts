import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { isSupportedNode } from '../../lib/cli/node-version.js'
import { projectRoot } from '../project.js'
import { freshDirectory } from '../servers/process.js'

const program = join(projectRoot, 'dist/bin/koa-shared-session.js')

/** Runs the command line in a Node that says it is of this version. */
function under(version: string, words: string[]) {
  const pretence = join(freshDirectory(), 'pretence.cjs')
  const versions = `{ ...process.versions, node: '${version}' }`
  writeFileSync(pretence, `Object.defineProperty(process, 'versions', { value: ${versions} })`)
  return spawnSync(process.execPath, ['--require', pretence, program, ...words], { encoding: 'utf8' })
}

describe('the version of Node', () => {
  it('is asked for as package.json does', () => {
    const { engines } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
    expect(engines.node).to.equal('^20.19.0 || >=22.12.0')
    const isSupported = (version: string) => isSupportedNode(version)
    expect(['20.19.0', '20.20.2', '22.12.0', '23.0.0', '24.1.0', '100.0.0'].filter(isSupported)).to.have.length(6)
    expect(['18.20.8', '20.18.3', '21.7.3', '22.11.0', '8.17.0'].filter(isSupported)).to.deep.equal([])
  })

  it('that is too old is told, by every command, and is no fault of the tool', () => {
    for (const words of [['serve', 'server.js'], ['migrate'], ['secret', '--help']]) {
      const { status, stdout, stderr } = under('18.20.8', words)
      expect(status, stderr).to.equal(2)
      expect(stdout).to.equal('')
      expect(stderr).to.match(/^koa-shared-session: .*Node 18\.20\.8.*20\.19 or later, or 22\.12 or later.*\n$/)
    }
  })

  it('does not keep anybody from the help', () => {
    expect(under('18.20.8', ['--help']).status).to.equal(0)
    expect(under('20.19.0', ['secret']).status).to.equal(0)
  })
})
