/** A session as it is stored: its stamps, and its data as JSON that is parsed only when somebody looks. */
export interface SessionRecord {
  /** When the session was made: ms since the epoch. */
  readonly created: number
  /** When its data was last written: ms since the epoch. */
  readonly saved: number
  /** How long it was given to live after activity, in ms. */
  readonly life: number
  /** The life was set by the app (`ctx.session.maxAge = …`), so the policy's does not replace it. */
  readonly ownLife: boolean
  /** The storage key of the id that replaced this one: then this is a short, read-only rest for requests under way. */
  readonly successor: string | undefined
  /** The data, as JSON text of an object. */
  readonly json: string
}

// One valid JSON object with its fields in a fixed order, so that the stamps are read without parsing the data.
const head =
  /^\{"v":1,"created":(\d{1,15}),"saved":(\d{1,15}),"life":(\d{1,15})(,"ownLife":true)?(?:,"successor":"([\w-]{1,64})")?,"data":(?=\{)/

/** The text a store keeps for a record. */
export function encodeRecord(record: SessionRecord): string {
  const own = record.ownLife ? ',"ownLife":true' : ''
  const successor = record.successor === undefined ? '' : `,"successor":"${record.successor}"`
  return `{"v":1,"created":${record.created},"saved":${record.saved},"life":${record.life}${own}${successor},"data":${record.json}}`
}

/** The record a stored text holds, or undefined when it is torn or not ours. The data itself is not looked at. */
export function decodeRecord(text: string): SessionRecord | undefined {
  const found = decodeStamps(text)
  if (!found || !text.endsWith('}}')) return undefined
  const { created, saved, life, ownLife, successor, dataFrom } = found
  return { created, saved, life, ownLife, successor, json: text.slice(dataFrom, -1) }
}

/** Everything before the data, also where the text is cut off in it. `dataFrom` is where the data begins. */
export function decodeStamps(text: string): (Omit<SessionRecord, 'json'> & { dataFrom: number }) | undefined {
  const found = head.exec(text)
  if (!found) return undefined
  return {
    created: Number(found[1]),
    saved: Number(found[2]),
    life: Number(found[3]),
    ownLife: found[4] !== undefined,
    successor: found[5],
    dataFrom: found[0].length,
  }
}
