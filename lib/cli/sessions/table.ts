import type { SelectedSession } from './selection.js'

/** What is told of a session: no id, no data. */
export function tell({ record, created, saved }: SelectedSession) {
  const iso = (ms: number) => new Date(ms).toISOString()
  return {
    handle: record.handle,
    created: iso(created),
    saved: iso(saved),
    expires: iso(record.expires),
    bytes: record.bytes,
  }
}

/** Sessions as lines for a person. `now` in ms since the epoch. */
export function table(sessions: readonly SelectedSession[], now: number): string {
  const rows = sessions.map(({ record, created, saved }) => [
    record.handle,
    `${span(now - created)} ago`,
    `${span(now - saved)} ago`,
    `in ${span(record.expires - now)}`,
    `${record.bytes} B`,
  ])
  const lines = [['handle', 'created', 'saved', 'expires', 'size'], ...rows]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)))
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 90) return `${seconds} s`
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`
  if (seconds < 129_600) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} d`
}
