import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC15',
  slug: 'directory-not-private',
  step: 'store',
  standards: ['CWE-732', 'CWE-59'],
  text: {
    summary: 'The session directory is not private, and refused.',
    why: 'Whoever can enter, own or redirect it reads and forges sessions. The app does not start with it.',
    remedy: 'Mode 0700, owned by the user of the app, no symbolic link.',
    exceptions: `Directories above it are the administrator's own.`,
  },
  find: ({ directory }) =>
    directory?.state !== 'unsafe'
      ? []
      : [
          {
            severity: 'error',
            title: 'the session directory is not private',
            why: `${directory.said} The app does not start with it.`,
            do: 'Do what is said there, as the user that runs the app, or set SESSION_FILE_DIR to another directory.',
            variables: ['SESSION_FILE_DIR'],
            stops: true,
          },
        ],
  samples: {
    bad: [
      {
        name: 'open to all',
        live: {
          directory: {
            state: 'unsafe',
            said: 'The session directory /srv/sessions is open to other users (mode 0777): they could read or replace sessions.',
          },
        },
      },
    ],
    good: [
      { name: 'private', live: {} },
      { name: 'made at the start', live: { directory: { state: 'absent' } } },
    ],
  },
}

export default rule
