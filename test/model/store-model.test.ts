import { expect } from 'chai'
import fc from 'fast-check'
import { ModelClock } from './clock.js'
import { explain } from './history.js'
import { versionIn } from './promises.js'
import { allowTime, holds } from './property.js'
import { type ClientPlans, Clients, clientPlans } from './store-clients.js'
import { type Handles, StoreModel, storeCommands } from './store-commands.js'
import { filesByCall, type Kind, onEachKind } from './stores.js'
import { anyOrder, type Order, Turnstile } from './turnstile.js'

onEachKind('A store, against the model of its promises', (kind) => {
  it('answers every sequence of calls as promised, on two handles', async function () {
    allowTime(this, 60_000)
    await holds(
      fc.asyncProperty(storeCommands, async (commands) => {
        const clock = new ModelClock()
        const { handles, close } = await kind.open()
        const setup = async () => ({ model: new StoreModel(clock), real: handles as Handles })
        await clock.during(() => fc.asyncModelRun(setup, commands)).finally(close)
      }),
      kind.cases,
    )
  })
})

onEachKind(
  'A store, under calls at the same time',
  (kind) => {
    it('answers as if they had come one after the other', async function () {
      allowTime(this, 60_000)
      await holds(
        fc.asyncProperty(clientPlans, anyOrder, (plans, order) => runAtOnce(kind, plans, order)),
        kind.cases,
      )
    })
  },
  [filesByCall],
)

async function runAtOnce(kind: Kind, plans: ClientPlans, order: Order): Promise<void> {
  const clock = new ModelClock()
  const turnstile = new Turnstile(order)
  const { handles, close } = await kind.open(turnstile)
  const clients = new Clients(handles, clock.now)
  const all = async () => {
    await clients.prepare()
    await clients.run(plans)
    await clients.conclude()
  }
  await clock.during(() => turnstile.during(all())).finally(close)
  const versions = clients.events.flatMap(({ answer }) => versionIn(answer) ?? [])
  expect(new Set(versions).size, 'a version was given twice').to.equal(versions.length)
  for (const key of new Set(clients.events.map((event) => event.key)))
    explain(
      clients.events.filter((event) => event.key === key),
      undefined,
      clock.now,
    )
}
