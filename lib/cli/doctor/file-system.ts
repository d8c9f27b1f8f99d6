import type { LiveDirectory } from '../../audit/live/live-facts.js'

type FileSystem = NonNullable<LiveDirectory['fileSystem']>

/** By the numbers of Linux (statfs(2)). */
const known: Readonly<Record<number, FileSystem>> = {
  26985: { name: 'NFS', kind: 'network' },
  20859: { name: 'SMB', kind: 'network' },
  4283649346: { name: 'CIFS', kind: 'network' },
  4266872130: { name: 'SMB', kind: 'network' },
  1702057286: { name: 'FUSE', kind: 'network' },
  16914839: { name: '9P', kind: 'network' },
  12805120: { name: 'Ceph', kind: 'network' },
  16914836: { name: 'tmpfs', kind: 'temporary' },
  2240043254: { name: 'ramfs', kind: 'temporary' },
  2035054128: { name: 'overlayfs (the layer of a container)', kind: 'temporary' },
  61267: { name: 'ext4', kind: 'local' },
  1481003842: { name: 'XFS', kind: 'local' },
  2435016766: { name: 'Btrfs', kind: 'local' },
  801189825: { name: 'ZFS', kind: 'local' },
  4076150800: { name: 'F2FS', kind: 'local' },
}

/** The file system of a number that `statfs` answered; null where the number is not known, or not that of Linux. */
export function fileSystemOf(type: number, platform: string = process.platform): FileSystem | null {
  return platform === 'linux' ? (known[type >>> 0] ?? null) : null
}
