/** Has no descriptor left, opens a file as the file store does, and says how that went before and after one is free again. */
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { realDisk } from '../../lib/stores/file/disk.js'

const [, , file = ''] = process.argv
writeFileSync(file, 'a session')
// What is loaded at the first call needs descriptors, too.
await realDisk.close(Number(await realDisk.open(file)))
const opened: number[] = []
try {
  for (;;) opened.push(openSync('/dev/null', 'r'))
} catch (error) {
  console.log((error as NodeJS.ErrnoException).code)
}
const opening = realDisk.open(file)
const waits = new Promise((resolve) => setImmediate(resolve, 'waits'))
console.log(await Promise.race([opening.catch(({ code }) => code), waits]))
for (const descriptor of opened) closeSync(descriptor)
console.log(typeof (await opening))
