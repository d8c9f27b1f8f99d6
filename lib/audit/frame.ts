import { type Hidden, type Mask, replaced } from './masking.js'
import type { Place } from './place.js'
import type { FindingLocation, FrameLine } from './report.js'

const longestLine = 240

/** Cuts frames out of files: the line before and the line itself, masked. Each file is searched for secrets once. */
export class Frames {
  readonly #hidden = new Map<string, readonly Hidden[]>()

  constructor(
    readonly textOf: (file: string) => string | undefined,
    readonly mask: Mask,
  ) {}

  /** The location a place has in the report. */
  location(place: Place, note: string | undefined): FindingLocation {
    const text = this.textOf(place.file) ?? ''
    const end = endOf(text, place)
    return {
      file: place.file,
      line: place.line,
      column: place.column,
      endLine: end.line,
      endColumn: end.column,
      note: note ?? null,
      frame: text === '' ? [] : this.#frame(text, place),
    }
  }

  #frame(text: string, place: Place): FrameLine[] {
    const start = text.lastIndexOf('\n', place.start - 1) + 1
    const end = lineEndAfter(text, place.start)
    const own = this.#line(text, place, start, end)
    if (start === 0) return [own]
    const previous = text.lastIndexOf('\n', start - 2) + 1
    const above = this.#line(text, place, previous, start - 1)
    return above.text.trim() === '' ? [own] : [{ ...above, line: place.line - 1, from: 0, to: 0 }, own]
  }

  /** The line from `start` to `end` as it is shown, and which part of that is the place. */
  #line(text: string, place: Place, start: number, end: number): FrameLine {
    const hidden = this.#hiddenOf(place.file, text).filter((part) => part.end > start && part.start < end)
    const within = hidden.map((part) => ({
      start: Math.max(part.start, start) - start,
      end: Math.min(part.end, end) - start,
      text: part.start >= start ? part.text : '…',
    }))
    const line = text
      .slice(start, end)
      .replace(/^\uFEFF/, ' ')
      .replace(/\r$/, '')
    const shown = replaced(line, within)
    const from = shift(Math.max(0, place.start - start), within)
    const to = shift(Math.min(line.length, Math.max(place.end, place.start + 1) - start), within)
    return cut({ line: place.line, text: shown, from, to: Math.max(from, Math.min(to, shown.length)) })
  }

  #hiddenOf(file: string, text: string): readonly Hidden[] {
    const known = this.#hidden.get(file) ?? this.mask.hidden(text)
    this.#hidden.set(file, known)
    return known
  }
}

/** Where an offset of the line is after its hidden parts were replaced. */
function shift(offset: number, hidden: readonly Hidden[]): number {
  let moved = offset
  for (const part of hidden) {
    if (part.start >= offset) break
    const inside = offset < part.end
    moved += part.text.length - ((inside ? offset : part.end) - part.start)
  }
  return moved
}

/** A line that nobody wrote by hand is shown around the place only. */
function cut(frame: FrameLine): FrameLine {
  if (frame.text.length <= longestLine) return frame
  const start = Math.max(0, frame.from - 40)
  const text = frame.text.slice(start, start + longestLine)
  const lead = start > 0 ? '…' : ''
  const from = frame.from - start + lead.length
  return { ...frame, text: `${lead}${text}…`, from, to: Math.min(frame.to - start + lead.length, text.length) }
}

function lineEndAfter(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end
}

function endOf(text: string, place: Place): { line: number; column: number } {
  const covered = text.slice(place.start, place.end)
  const lines = covered.split('\n')
  const last = lines.at(-1)?.length ?? 0
  return { line: place.line + lines.length - 1, column: lines.length === 1 ? place.column + last : last + 1 }
}
