import type { SecretFact } from '../../facts/secret.js'
import type { CodeScope } from '../code-scope.js'

/** Whether a missing variable stops the start. */
export function isGuarded(scope: CodeScope, variable: string): boolean {
  const pattern = new RegExp(
    `(!|assert\\w*\\(|ok\\(|requireEnv\\w*\\(['"\`]|require[dD]\\w*\\(['"\`]|mustGet\\w*\\(['"\`])\\s*(process\\.env\\.|env\\.)?${variable}\\b[\\s\\S]{0,160}?(throw|exit|assert|Error|\\))`,
  )
  return scope.server.some((file) => {
    const text = scope.modules.project.text(file)
    return text?.includes(variable) === true && pattern.test(text) && /throw|exit\(|assert|envalid|zod|joi/i.test(text)
  })
}

const otherUse = /(jwt\.(?:sign|verify)|createHmac|createCipheriv|jsonwebtoken)/

/** What else takes the variable: `jwt.sign`, `createHmac`. */
export function otherUses(scope: CodeScope, variable: string): SecretFact['alsoUsedBy'] {
  return scope.server.flatMap((file) => {
    const text = scope.modules.project.text(file)
    if (text === undefined || !text.includes(variable)) return []
    const use = new RegExp(`${otherUse.source}\\s*\\([^;]{0,120}\\b${variable}\\b`).exec(text)
    const module = use && scope.modules.get(file)
    return use && module
      ? [{ what: use[1] ?? '', place: module.at({ start: use.index, end: use.index + (use[1] ?? '').length }) }]
      : []
  })
}
