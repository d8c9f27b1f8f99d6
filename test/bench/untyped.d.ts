// The little that is used of packages that come without types.

declare module 'autocannon' {
  interface Client {
    setHeaders(headers: Record<string, string>): void
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
