import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { startServe } from '../cluster/serving.js'
import { projectRoot } from '../project.js'
import { freshDirectory } from '../servers/process.js'
import { readPages } from './page.js'

const program = join(projectRoot, 'dist/bin/koa-shared-session.js')

describe('docs/doctor.md', function () {
  this.timeout(60_000)

  it('visits the example with the command that it shows', async () => {
    const page = readPages().find(({ path }) => path === 'docs/doctor.md')
    const command = page?.blocks.find(({ language, code }) => language === 'sh' && code.includes('--url'))?.code ?? ''
    const env = { SESSION_FILE_DIR: join(freshDirectory(), 'sessions') }
    const app = join(projectRoot, 'examples/login/server.js')
    const serving = await startServe({ app, flags: ['--workers', '4'], env })
    try {
      await serving.says(/with 4 workers/)
      const words = command
        .replace('npx koa-shared-session', `'${process.execPath}' '${program}'`)
        .replace('127.0.0.1:3000', `127.0.0.1:${serving.port}`)
      const child = spawn('sh', ['-c', words], { cwd: projectRoot, env: { PATH: process.env.PATH, ...env } })
      const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
      expect(out.replace(/\s+/g, ' '), err).to.include(
        'READY – measured: logged in on 100 of 100 requests, answered by 4 workers.',
      )
      expect(code).to.equal(0)
    } finally {
      await serving.stop()
    }
  })
})
