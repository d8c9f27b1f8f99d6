import fc from 'fast-check'
import { ModelClock } from './clock.js'
import { allowTime, holds } from './property.js'
import { RealSession, sessionCommands } from './session-commands.js'
import { firstFields } from './session-fields.js'
import { SessionModel } from './session-model.js'
import { hour } from './session-rules.js'
import { onEachKind } from './stores.js'
import { openGate } from './turnstile.js'

onEachKind('A session, against the model of what requests may do to it', (kind) => {
  it('loses no change, keeps one live id at most, and stays ended', async function () {
    allowTime(this, 60_000)
    await holds(
      fc.asyncProperty(sessionCommands, async (commands) => {
        // Ahead of a server's clock, which counts seconds of grace by itself.
        const clock = new ModelClock(hour)
        const { handles, close } = await kind.open(openGate)
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
