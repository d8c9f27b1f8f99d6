import { isProduction, type LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC18',
  slug: 'directory-temporary',
  step: 'store',
  standards: [],
  text: {
    summary: 'The session directory does not outlive a restart of the machine or container.',
    why: 'Everybody is logged out by it. A memory file system also takes the memory that the app needs.',
    remedy: 'Set `SESSION_FILE_DIR` to a directory on a disk, in a container to a volume.',
    exceptions: 'A note outside production.',
  },
  find: (live) =>
    live.directory?.fileSystem?.kind !== 'temporary'
      ? []
      : [
          {
            severity: isProduction(live) ? 'warning' : 'note',
            title: `the session directory is on ${live.directory.fileSystem.name}, gone with a restart`,
            why: 'A restart of the machine, or a new container, logs everybody out.',
            do: 'Set SESSION_FILE_DIR to a directory on a disk, such as /var/lib/<app>/sessions; in a container, on a volume.',
            variables: ['SESSION_FILE_DIR'],
          },
        ],
  samples: {
    bad: [{ name: 'in memory', live: { directory: { fileSystem: { name: 'tmpfs', kind: 'temporary' } } } }],
    good: [{ name: 'on a disk', live: {} }],
  },
}

export default rule
