import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC16',
  slug: 'directory-not-writable',
  step: 'store',
  standards: [],
  text: {
    summary: 'Nothing can be written in the session directory.',
    why: 'No login can be stored, and the app does not start.',
    remedy:
      'Give it to the user of the app, or name another one. A file system that is read-only, full, or without hard links cannot be used.',
    exceptions: 'Doctor writes, links, renames and removes a small file, as the app does when it starts.',
  },
  find: ({ directory }) =>
    directory?.state !== 'unwritable'
      ? []
      : [
          {
            severity: 'error',
            title: 'the session directory cannot be written',
            why: `${directory.said}. No login can be stored.`,
            do: 'Set SESSION_FILE_DIR to a directory on a local disk that the user of the app can write.',
            variables: ['SESSION_FILE_DIR'],
            stops: true,
          },
        ],
  samples: {
    bad: [{ name: 'read-only', live: { directory: { state: 'unwritable', said: 'EROFS: read-only file system' } } }],
    good: [{ name: 'writable', live: {} }],
  },
}

export default rule
