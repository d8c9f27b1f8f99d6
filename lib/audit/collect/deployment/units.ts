const perUnit: Readonly<Record<string, number>> = { ms: 0.001, s: 1, sec: 1, m: 60, min: 60, h: 3600, d: 86400 }

/** `1m30s`, `90`, `1500ms` as seconds; undefined where it is none of these. */
export function seconds(text: string): number | undefined {
  const plain = text.trim().toLowerCase().replaceAll(' ', '')
  if (/^\d+(\.\d+)?$/.test(plain)) return Number(plain)
  if (!/^(\d+(\.\d+)?(ms|min|sec|[smhd]))+$/.test(plain)) return undefined
  let total = 0
  for (const [, amount, unit] of plain.matchAll(/(\d+(?:\.\d+)?)(ms|min|sec|[smhd])/g))
    total += Number(amount) * (perUnit[unit ?? 's'] ?? 1)
  return total
}

const mebibytes: Readonly<Record<string, number>> = { b: 1 / 1048576, k: 1 / 1024, m: 1, g: 1024, t: 1048576 }

/** `512m`, `1Gi`, `256MB` as mebibytes. */
export function megabytes(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([bkmgt])?i?b?$/i.exec(text.trim()) ?? []
  if (amount === undefined) return undefined
  return Math.round(Number(amount) * (mebibytes[(unit ?? 'b').toLowerCase()] ?? 1))
}

/** Kubernetes counts processors in thousandths: `500m` is half of one. */
export function processors(text: string): number | undefined {
  const [, amount, milli] = /^(\d+(?:\.\d+)?)(m)?$/.exec(text.trim()) ?? []
  return amount === undefined ? undefined : Number(amount) / (milli ? 1000 : 1)
}
