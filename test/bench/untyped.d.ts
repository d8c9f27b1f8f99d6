// The little that is used of packages that come without types.

declare module 'autocannon' {
  interface Client {
    setRequests(requests: { headers?: Record<string, string> }[]): void
  }
  interface Run extends PromiseLike<{ errors: number }> {
    on(event: 'response', told: (client: Client, status: number, bytes: number, ms: number) => void): void
  }
  export default function autocannon(options: {
    url: string
    amount: number
    connections: number
    sampleInt: number
    setupClient(client: Client): void
  }): Run
}

declare module 'koa-session-local' {
  export default class LocalStore {
    get(key: string): Promise<object | undefined>
    set(key: string, session: object, maxAge: number, options?: object): Promise<unknown>
    destroy(key: string): Promise<unknown>
  }
}
