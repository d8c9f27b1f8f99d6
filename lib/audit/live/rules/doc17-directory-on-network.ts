import type { LiveRule } from '../live-rule.js'

const rule: LiveRule = {
  id: 'DOC17',
  slug: 'directory-on-network',
  step: 'store',
  standards: [],
  text: {
    summary: 'The session directory is on a network file system.',
    why: 'Sessions need hard links and renames that are whole at once for all machines. NFS, SMB and FUSE promise that in part, and each request waits for the network.',
    remedy: 'Use a local disk for one machine, Redis for several.',
    exceptions: 'Known on Linux only.',
  },
  find: ({ directory }) =>
    directory?.fileSystem?.kind !== 'network'
      ? []
      : [
          {
            severity: 'warning',
            title: `the session directory is on ${directory.fileSystem.name}`,
            why: 'Parallel requests rely on hard links and renames that network file systems promise only in part, and each request waits for the network.',
            do: 'Set SESSION_FILE_DIR to a local disk; with several machines use Redis (REDIS_URL).',
            variables: ['SESSION_FILE_DIR'],
          },
        ],
  samples: {
    bad: [{ name: 'NFS', live: { directory: { fileSystem: { name: 'NFS', kind: 'network' } } } }],
    good: [{ name: 'a local disk', live: {} }],
  },
}

export default rule
