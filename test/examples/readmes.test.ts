import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from '../project.js'
import { commandsOf } from './started-example.js'

const examples = join(projectRoot, 'examples')

/** The app that the guide begins with has the guide as its README, and test/docs/guide.test.ts as its test. */
const walked = 'before'

describe('the READMEs of the examples', () => {
  for (const name of readdirSync(examples).filter((name) => name !== walked)) {
    it(`${name} begins with the commands that start it`, () => {
      expect(commandsOf(name).at(-1)).to.match(/^(\w+=\S+ |\$\(.*\) )*.*npx koa-shared-session serve examples\//)
    })

    it(`${name} has a test`, () => {
      expect(existsSync(join(projectRoot, `test/examples/${name}.test.ts`))).to.equal(true)
    })
  }
})
