import { expect } from 'chai'
import { audited, filesAfter, only } from '../audited.js'
import { koaApp } from '../collect/small-app.js'

describe('an option that --write adds', () => {
  const cases: Record<string, [before: string, after: string]> = {
    'to none': ['session({}, app)', "session({ sameSite: 'lax' }, app)"],
    'to none, with a space': ['session({ }, app)', "session({ sameSite: 'lax' }, app)"],
    'to others': ['session({ maxAge: 1000 }, app)', "session({ sameSite: 'lax', maxAge: 1000 }, app)"],
    'to others without spaces': ['session({maxAge: 1000}, app)', "session({sameSite: 'lax', maxAge: 1000}, app)"],
    'on a line of its own': [
      'session({\n    // how long\n    maxAge: 1000,\n}, app)',
      "session({\n    sameSite: 'lax',\n    // how long\n    maxAge: 1000,\n}, app)",
    ],
    'where only a remark is': [
      'session({\n  // as usual\n}, app)',
      "session({\n  sameSite: 'lax',\n  // as usual\n}, app)",
    ],
  }
  for (const [name, [before, after]] of Object.entries(cases))
    it(`${name}: as people write it`, async () => {
      const files = koaApp(`app.keys = [process.env.KEY]\napp.use(${before})`)
      const text = filesAfter(files, await audited(files, only(/^CKE04$/)), 'safe')['app.js']
      expect(text).to.include(`app.use(${after})`)
    })
})
