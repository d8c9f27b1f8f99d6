/** Runs with these environment variables (undefined removes one), and puts the old ones back. */
export function inEnvironment<T>(variables: Record<string, string | undefined>, work: () => T): T {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  const put = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  for (const [name, value] of Object.entries(variables)) put(name, value)
  try {
    return work()
  } finally {
    for (const [name, value] of before) put(name, value)
  }
}
