import { expect } from 'chai'
import { appOf, packageJson } from './small-app.js'

const server = "const Koa = require('koa')\nnew Koa().listen(3000)\n"
const pm2 = "module.exports = { apps: [{ name: 'shop', script: 'src/main.js', instances: 4 }] }\n"

describe('the file that starts the server', () => {
  for (const file of ['ecosystem.config.js', 'pm2.config.cjs', 'pm2.js'])
    it(`is what a PM2 file starts, not the file: ${file}`, async () => {
      const scripts = { start: `pm2 start ${file}` }
      const { app } = await appOf({
        'package.json': packageJson({ koa: '^3.0.0' }, { scripts }),
        [file]: pm2,
        'src/main.js': server,
      })
      expect(app.entry).to.equal('src/main.js')
    })
})
