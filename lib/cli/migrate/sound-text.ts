import { babel } from '../../audit/files/parsers.js'

/** Whether a changed file still parses. What did not parse before, and what has no parser here, is let through. */
export async function isSound(file: string, after: string, before: string | undefined): Promise<boolean> {
  const parses = parserOf(file)
  if (parses === undefined || (before !== undefined && !(await parses(before)))) return true
  return parses(after)
}

function parserOf(file: string): ((text: string) => Promise<boolean>) | undefined {
  if (/\.[cm]?[jt]sx?$/.test(file)) return (text) => isScript(text, file)
  if (/\.json[5c]?$/.test(file)) return isJson
  if (/\.ya?ml$/.test(file)) return isYaml
  return undefined
}

async function isScript(text: string, file: string): Promise<boolean> {
  const { parse } = babel()
  const isTyped = /\.[cm]?tsx?$/.test(file)
  const own = isTyped
    ? (['typescript', ...(file.endsWith('x') ? (['jsx'] as const) : [])] as const)
    : (['jsx', 'flow'] as const)
  try {
    const { errors } = parse(text.replace(/^\uFEFF/, ''), {
      sourceType: 'unambiguous',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      plugins: [...own, 'decorators-legacy'],
    })
    return errors === null || errors.length === 0
  } catch {
    return false
  }
}

async function isJson(text: string): Promise<boolean> {
  const { readJson } = await import('../../audit/files/json.js')
  return !('problem' in (await readJson(text)))
}

async function isYaml(text: string): Promise<boolean> {
  const { readYaml } = await import('../../audit/files/yaml.js')
  return !('problem' in readYaml(text))
}
