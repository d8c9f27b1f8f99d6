import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { freshDirectory } from '../servers/process.js'

const program = fileURLToPath(new URL('out-of-descriptors.js', import.meta.url))

describe('A process that is out of descriptors', () => {
  it('waits until one is free, where it opens a session that it has just read', async () => {
    const words = ['-c', 'ulimit -n 48; exec "$0" "$@"', process.execPath, program, join(freshDirectory(), 'session')]
    const { stdout } = await promisify(execFile)('sh', words)
    expect(stdout.trim().split('\n')).to.deep.equal(['EMFILE', 'waits', 'number'])
  })
})
