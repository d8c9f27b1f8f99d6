import { expect } from 'chai'
import { formatNames } from '../../lib/report/format-names.js'
import { print } from '../../lib/report/print.js'
import { plainText } from '../../lib/report/text.js'
import { everything, planted } from './everything.js'

describe('the formats', () => {
  for (const format of formatNames)
    it(`${format} shows no planted secret, in no form`, async () => {
      const text = await print(await everything(), format, { ...plainText, all: true, colour: true, prefix: '' })
      for (const secret of planted)
        for (const form of [
          secret,
          Buffer.from(secret).toString('base64').replace(/=+$/, ''),
          encodeURIComponent(secret),
        ])
          expect(text, `${format} shows ${form}`).not.to.include(form)
      if (format !== 'diff' && format !== 'github') expect(text).to.match(/'?co…/)
    })
})
