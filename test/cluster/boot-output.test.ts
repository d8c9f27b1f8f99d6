import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { BootOutput, type WorkerOutput } from '../../lib/cluster/boot-output.js'

/** Workers whose words are in the hands of the test. */
function scene(count: number) {
  const out = new PassThrough({ encoding: 'utf8' })
  const boot = new BootOutput(out)
  const add = () => {
    const stream = new PassThrough()
    const output: WorkerOutput = boot.follow(stream)
    return {
      ...output,
      say: async (text: string) => {
        stream.write(text)
        await new Promise(setImmediate)
      },
    }
  }
  return { workers: Array.from({ length: count }, add), add, boot, seen: () => String(out.read() ?? '') }
}

describe('What workers say while they start', () => {
  it('appears at once from the first, and not again from others that fail, before it or after it', async () => {
    const { workers, seen } = scene(3)
    const [first, second, third] = workers
    await second?.say('error 2 ')
    second?.ended()
    await first?.say('error 1 ')
    expect(seen()).to.equal('error 1 ')
    first?.ended()
    await third?.say('error 3 ')
    third?.ended()
    expect(seen()).to.equal('')
  })

  it('appears from one that fails where the first does not', async () => {
    const { workers, seen } = scene(2)
    const [first, second] = workers
    await second?.say('error 2 ')
    second?.ended()
    expect(seen()).to.equal('')
    first?.ready()
    expect(seen()).to.equal('error 2 ')
  })

  it('appears at the end where the first never said a word', async () => {
    const { workers, seen, boot } = scene(2)
    await workers[1]?.say('error 2 ')
    workers[1]?.ended()
    boot.flush()
    expect(seen()).to.equal('error 2 ')
  })

  it('appears from each that is ready, and from then on always', async () => {
    const { workers, seen, add } = scene(2)
    await workers[1]?.say('warning 2 ')
    workers[1]?.ready()
    await workers[1]?.say('later ')
    expect(seen()).to.equal('warning 2 later ')
    const next = add()
    await next.say('error 3 ')
    next.ended()
    expect(seen()).to.equal('error 3 ')
  })
})
