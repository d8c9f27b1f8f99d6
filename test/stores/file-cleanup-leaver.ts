import { fileStore } from '../../lib/stores/file.js'

/** A process that has more sessions than it should, closes its store in the middle of the clean-up, and has no more to do. */

const [directory = '', how = ''] = process.argv.slice(2)
const store = fileStore({ directory, fileThreshold: 1 })
for (let number = 0; number < 20; number++) await store.write(`expired ${number}`, { data: '{}', expires: 0 })
if (how === 'prune') void store.prune()
await store.close()
process.stdout.write('closed\n')
