/** What a browser does with one site: keeps its cookies, sends them, forgets them when told. */
export interface Answer {
  status: number
  body: string
  headers: Headers
  setCookies: string[]
}

export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #origin: string

  constructor(origin: string) {
    this.#origin = origin
  }

  async get(path: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET'): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(this.#origin + path, {
      method,
      redirect: 'manual',
      headers: { connection: 'close', ...(cookie && { cookie }), ...headers },
    })
    const setCookies = response.headers.getSetCookie()
    for (const line of setCookies) this.#take(line)
    return { status: response.status, body: await response.text(), headers: response.headers, setCookies }
  }

  /** A second browser with the same cookies: another tab, or somebody who copied them. */
  copy(): Browser {
    const copy = new Browser(this.#origin)
    for (const [name, value] of this.cookies) copy.cookies.set(name, value)
    return copy
  }

  /** Closes and opens the browser: cookies without a date are gone. */
  restart(): void {
    for (const name of this.cookies.keys()) if (!this.#dated.has(name)) this.cookies.delete(name)
  }

  readonly #dated = new Set<string>()

  #take(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/)
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(pair.indexOf('=') + 1)
    const maxAge = attributes.find((attribute) => attribute.toLowerCase().startsWith('max-age='))
    if (maxAge) this.#dated.add(name)
    else this.#dated.delete(name)
    if (value === '' || maxAge === 'Max-Age=0') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}
