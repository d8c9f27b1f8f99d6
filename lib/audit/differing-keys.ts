import type { CommandFact, VariableFact } from './facts/deployment.js'
import type { Facts } from './facts.js'
import { isLiteral, keyValues } from './wording/key-variables.js'

export type DifferingKeys = readonly [VariableFact, VariableFact, ...VariableFact[]]

/** Values of one key in one file that differ between services which run the same program. */
export function differingKeys(facts: Facts): readonly DifferingKeys[] {
  const byFile = new Map<string, VariableFact[]>()
  for (const variable of keyValues(facts).filter((one) => isLiteral(one) && one.service !== undefined)) {
    const key = `${variable.name} ${variable.place.file}`
    byFile.set(key, [...(byFile.get(key) ?? []), variable])
  }
  return [...byFile.values()].flatMap((all) => {
    const [first, ...others] = all
    const different = others.filter(
      (other) =>
        first && other.service !== first.service && other.value !== first.value && isSameProgram(facts, first, other),
    )
    return first && different[0] ? [[first, different[0], ...different.slice(1)] as const] : []
  })
}

/** What two services run: the same script, or both what the image starts. */
function isSameProgram({ commands }: Facts, a: VariableFact, b: VariableFact): boolean {
  const find = ({ service, place }: VariableFact): CommandFact | undefined =>
    commands.find((command) => command.name === service && command.place.file === place.file)
  const [one, two] = [find(a), find(b)]
  return one?.script === two?.script && one?.runner === two?.runner
}
