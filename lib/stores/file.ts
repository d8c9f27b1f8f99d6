import { SessionError } from '../core/errors.js'
import type { Store } from '../core/store.js'
import { realDisk } from './file/disk.js'
import { FileStore } from './file/file-store.js'
import { privateDirectory } from './private-directory.js'

/** What `fileStore` takes. */
export interface FileStoreOptions {
  /** Where the sessions are; made (0700) where it is missing. One directory for all processes of an app. */
  directory: string
  /** Above this many files a clean-up of expired sessions starts by itself. Default: 1000. */
  fileThreshold?: number
}

const leftoverAge = 60_000

/**
 * Sessions as files: no server, any number of processes on one machine, on a local file system with hard links.
 *
 * A session is one file, whole or not at all: a line with its version, then the data. Its modification time is its
 * deadline, so that a touch rewrites nothing and a clean-up opens only what it removes. Its name is the SHA-256 of the
 * key, in one of 256 shards. Directories are 0700, files 0600, no symbolic link is followed. What cannot be read as a
 * file of ours (torn, foreign, empty) is no session.
 *
 * Nothing waits for a lock, so a process that is killed or stopped, wherever it is, keeps nobody waiting:
 *
 * 1. A write of w over v is complete in a file of its own before others can see it (`stage`).
 * 2. One name stands for "what follows v" (`claim`). Linking w there succeeds for one writer. If v is still the session
 *    after that, it is decided: v can be followed by w only, since the name is freed only by those who have seen that
 *    v is the session no more, and a version never comes back.
 * 3. Renaming w's own file over the session publishes it (`publish`). Everybody who meets the claim does that for the
 *    writer. The file is used up by it, so it happens once: whoever wakes later, writer or helper, finds nothing to
 *    rename, and a claim that came too late finds another version, and is withdrawn.
 * 4. A removal is the same write, of a mark that says "ended". From its publication on the session is gone for all. Then
 *    the mark leaves through an exit that is closed by whoever creates the name anew (`leave`), so that a remover who
 *    wakes late does not take the new session.
 * 5. A creation links its file to the session's name, if that is free; over an expired session it is a write.
 * 6. A touch works on the opened file. If that was replaced meanwhile, the touch came before the replacement. Whoever
 *    ends sessions as expired reads the clock before the file, and a touch counts only if the old deadline has not
 *    passed after it, so none that was answered with true is overlooked.
 * 7. A clean-up sets abandoned files aside before it judges them, so that nobody can claim them meanwhile; a writer that
 *    slept longer than that takes and lost its file answers an error, never success.
 *
 * Nothing is synced to the disk: sessions survive the end of any process, but the last ones may not survive a power
 * cut; then they are missing, not wrong. Clean-up is by one process at a time and never takes a live session.
 *
 * Methods throw SESSION_STORE_DOWN where the disk fails or the directory is missing, and serve again once it is mended;
 * SESSION_DIRECTORY_UNSAFE where the directory is found to be open to others.
 *
 * @throws SessionError SESSION_OPTION_INVALID; SESSION_DIRECTORY_UNSAFE where the directory is not private or cannot be made so
 */
export function fileStore({
  directory,
  fileThreshold = 1000,
}: FileStoreOptions): Store & { readonly kind: 'file'; prune(): Promise<number> } {
  if (typeof directory !== 'string' || directory === '') refuse('directory', 'is no path')
  if (!Number.isSafeInteger(fileThreshold) || fileThreshold < 1) refuse('fileThreshold', 'is no whole number above 0')
  return new FileStore({ disk: realDisk, directory: privateDirectory(directory), fileThreshold, leftoverAge })
}

function refuse(option: string, problem: string): never {
  throw new SessionError(
    'SESSION_OPTION_INVALID',
    `The option "${option}" of fileStore ${problem}, so sessions have nowhere to go. Write fileStore({ directory: '/var/lib/app/sessions', fileThreshold: 1000 }).`,
  )
}
