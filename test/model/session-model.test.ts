import fc from 'fast-check'
import { ModelClock } from './clock.js'
import { allowTime, holds } from './property.js'
import { RealSession, sessionCommands } from './session-commands.js'
import { firstFields } from './session-fields.js'
import { SessionModel } from './session-model.js'
import { Requests, requestPlans } from './session-requests.js'
import { hour } from './session-rules.js'
import { onEachKind } from './stores.js'
import { anyOrder, Turnstile } from './turnstile.js'

onEachKind('A session, against the model of what requests may do to it', (kind) => {
  it('loses no change, keeps one live id at most, and stays ended', async function () {
    allowTime(this, 60_000)
    await holds(
      fc.asyncProperty(sessionCommands, async (commands) => {
        // Ahead of a server's clock, which counts seconds of grace by itself.
        const clock = new ModelClock(hour)
        const { handles, close } = await kind.open()
        const setup = async () => {
          const real = new RealSession(handles)
          await real.start(firstFields, clock.now)
          return { model: new SessionModel(clock, structuredClone(firstFields)), real }
        }
        await clock.during(() => fc.asyncModelRun(setup, commands)).finally(close)
      }),
      kind.cases,
    )
  })
})

onEachKind('A session, under several requests at the same time', (kind) => {
  for (const inTurn of [false, true])
    it(`keeps what every request was told is stored, ${inTurn ? 'in turns' : 'without turns'}`, async function () {
      allowTime(this, 60_000)
      await holds(
        fc.asyncProperty(requestPlans, anyOrder, async (plans, order) => {
          const clock = new ModelClock(hour)
          const { handles, close } = await kind.open()
          const turnstile = new Turnstile(order)
          const requests = new Requests(handles, turnstile, inTurn, firstFields)
          const all = async () => {
            await requests.start()
            await turnstile.during(requests.run(plans))
            await requests.verify()
          }
          await clock.during(all).finally(close)
        }),
        kind.cases,
      )
    })
})
