// Makes docs/images/*.png anew, with the Chromium that the tests use: "npm run pictures".
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { startChromium } from '../../build/test/browser/chromium.js'
import { startExample } from '../../build/test/examples/started-example.js'

const project = fileURLToPath(new URL('../../', import.meta.url))
const save = (name, bytes) => writeFileSync(new URL(`../images/${name}.png`, import.meta.url), bytes)
const directory = mkdtempSync(join(tmpdir(), 'pictures-'))
const chromium = await startChromium()

try {
  await picturesOfErratic()
  await pictureOfReport()
} finally {
  await chromium.close()
  rmSync(directory, { recursive: true, force: true })
}

async function picturesOfErratic() {
  const example = await startExample('erratic')
  for (const sessions of ['in-memory', 'shared']) {
    const tab = await chromium.open(example.address, { width: 800, height: 600 })
    await tab.send('Emulation.setScrollbarsHidden', { hidden: true })
    await tab.click(`input[value=${sessions}] + span`)
    await tab.click('#run')
    await tab.until(`document.querySelectorAll('#lanes li').length === 40 && !run.disabled`)
    await tab.until('document.getAnimations().length === 0')
    save(`erratic-${sessions}`, await tab.picture())
  }
  await example.stop()
}

async function pictureOfReport() {
  const report = join(directory, 'report.html')
  const program = join(project, 'dist/bin/koa-shared-session.js')
  const fixture = join(project, 'examples/before')
  spawnSync(process.execPath, [program, 'migrate', fixture, '--output', report])
  const tab = await chromium.open(pathToFileURL(report).href, { width: 900, height: 900 })
  await tab.send('Emulation.setScrollbarsHidden', { hidden: true })
  save('migrate-report', await tab.picture())
}
