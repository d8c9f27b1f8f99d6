import { SessionError } from '../../core/errors.js'

/**
 * A failed call of the file system as the package's own error. Its words name the directory and the system's code, never
 * a file: a path would name the session.
 */
export function storeFailure(error: unknown, directory: string): SessionError {
  if (error instanceof SessionError) return error
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (code === undefined)
    return new SessionError('SESSION_STORE_DOWN', `A session in ${directory} could not be changed. ${message}`, {
      cause: error,
    })
  const what = `answered ${code}${syscall ? ` to ${syscall}` : ''}`
  return new SessionError(
    'SESSION_STORE_DOWN',
    `The session directory ${directory} ${what}, so sessions in it cannot be used until that is mended. ${mends[code] ?? 'Look at the disk and the directory.'}`,
    { cause: Object.assign(new Error(`The file system ${what}.`), { code, syscall }) },
  )
}

/** The directory is not there any more. */
export function directoryMissing(directory: string): SessionError {
  return new SessionError(
    'SESSION_STORE_DOWN',
    `The session directory ${directory} is missing, so every session in it is lost or out of reach. Mount or restore it, or make it anew (mkdir -m 700); the app goes on as soon as it is there. If something cleans it away, such as a job for temporary files, set SESSION_FILE_DIR to another place.`,
  )
}

const mends: Record<string, string> = {
  EACCES: 'Give the directory and what is in it to the user that runs the app (chown -R), mode 700.',
  EPERM: 'Give the directory and what is in it to the user that runs the app (chown -R), mode 700.',
  EROFS: 'The disk is mounted read-only: mount it for writing, or set SESSION_FILE_DIR to another place.',
  ENOSPC: 'The disk has no room or no inodes left (df -h, df -i): make room, or set SESSION_FILE_DIR to another place.',
  EDQUOT: 'The quota of the user that runs the app is used up: raise it, or set SESSION_FILE_DIR to another place.',
  EMFILE: 'The process has no file descriptors left: raise the limit (ulimit -n).',
  ENFILE: 'The system has no file descriptors left: raise the limit (fs.file-max).',
  EIO: 'The disk fails: look at the system log.',
}
