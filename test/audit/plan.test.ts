import { expect } from 'chai'
import { plainText, text } from '../../lib/report/text.js'
import { planOf, shop, shopFiles } from './made-up-app.js'

describe('the plan', () => {
  it('orders by step', async () => {
    const { report } = await planOf(shopFiles, [shop()])
    if (process.env.SHOW) console.log(text(report, plainText), JSON.stringify(report, undefined, 1))
    expect(report.apps[0]?.findings.map(({ id }) => id)).to.deep.equal(['SEC01', 'STO02', 'CKE01', 'PRC01'])
  })
})
