/** Somebody with one cookie, every request on a new connection, so that any worker may answer. */
export class Visitor {
  cookie = ''
  readonly #address: string
  readonly #headers: Record<string, string>

  constructor(address: string, headers: Record<string, string> = {}) {
    this.#address = address
    this.#headers = headers
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { connection: 'close', ...(this.cookie && { cookie: this.cookie }), ...this.#headers }
    const response = await fetch(this.#address + path, { ...init, redirect: 'manual', headers })
    for (const line of response.headers.getSetCookie()) this.cookie = line.split(';')[0] ?? ''
    return response
  }

  async get<T>(path: string): Promise<T> {
    return (await this.ask(path)).json() as Promise<T>
  }

  post(path: string, fields: Record<string, string> = {}): Promise<Response> {
    return this.ask(path, { method: 'POST', body: new URLSearchParams(fields) })
  }
}

/** Asks until so many workers have answered, and answers all that they said. */
export async function fromWorkers<T extends { worker: string }>(count: number, ask: () => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  while (new Set(answers.map(({ worker }) => worker)).size < count) {
    if (answers.length === 200) throw new Error(`200 answers came from fewer than ${count} workers.`)
    answers.push(await ask())
  }
  return answers
}
