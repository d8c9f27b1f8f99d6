import { expect } from 'chai'
import { type StartedExample, startExample } from './started-example.js'
import { fromWorkers, Visitor } from './visitor.js'

interface Answer {
  user: string | null
  worker: string
}

describe('the passport example', function () {
  this.timeout(60_000)
  let example: StartedExample
  before(async () => {
    example = await startExample('passport')
  })
  after(async () => expect(await example?.stop()).to.equal(0))

  it('logs in once, for all workers, and out again', async () => {
    const ada = new Visitor(example.address)
    expect((await ada.post('/login', { username: 'ada', password: 'analytical' })).status).to.equal(200)
    const answers = await fromWorkers(4, () => ada.get<Answer>('/'))
    expect(new Set(answers.map(({ user }) => user))).to.deep.equal(new Set(['ada']))
    const copy = ada.cookie
    await ada.post('/logout')
    expect((await ada.get<Answer>('/')).user).to.equal(null)
    ada.cookie = copy
    expect((await ada.get<Answer>('/')).user).to.equal(null)
  })

  for (const [what, fields] of [
    ['a wrong password', { username: 'ada', password: 'engine' }],
    ['an unknown name', { username: 'eve', password: 'analytical' }],
    ['no password', { username: 'ada' }],
  ] as const)
    it(`refuses ${what}`, async () => {
      const { status } = await new Visitor(example.address).post('/login', { ...fields })
      expect(status).to.be.oneOf([400, 401])
    })
})
