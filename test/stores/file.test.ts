import { storeContract } from '../../lib/stores/contract.js'
import { fileStore } from '../../lib/stores/file.js'
import { freshDirectory } from '../servers/process.js'

const directory = freshDirectory()
storeContract({ describe, it }, { name: 'fileStore', create: () => fileStore({ directory }) })
