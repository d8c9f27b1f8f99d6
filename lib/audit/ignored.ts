import { describedRules } from './described-rules.js'
import { diagnostics } from './diagnostics.js'
import type { Found } from './finding.js'
import { type Ignore, ignoresOf, names } from './ignores.js'
import type { Judgement } from './judged.js'
import type { Project } from './project/project.js'

/** The comments of a project that ask for findings to be left out, and which of them are of use. */
export class Ignores {
  readonly #ignores: readonly Ignore[]
  readonly #used = new Set<Ignore>()

  constructor(project: Project) {
    this.#ignores = project.files.flatMap((file) => ignoresOf(file, project.text(file) ?? ''))
  }

  /** The finding, suppressed where a comment with a reason speaks of its line. */
  applied(judgement: Judgement): Judgement {
    const { file, line } = judgement.found.at[0].place
    const own = this.#ignores.filter(
      (one) => one.place.file === file && one.line === line && names(one, judgement.rule),
    )
    for (const one of own) this.#used.add(one)
    const reason = own.find((one) => one.reason !== '')?.reason
    return reason === undefined ? judgement : { ...judgement, suppressed: { by: 'inline', reason } }
  }

  /** Comments without effect. `ran`: rules that looked; `isLooked`: files that were audited. */
  unused(
    ran: readonly { readonly id: string; readonly slug: string }[],
    isLooked: (file: string) => boolean,
  ): readonly Found[] {
    const hasRun = (one: Ignore) => ran.some((rule) => names(one, rule))
    const isKnown = (one: Ignore) => describedRules.some((rule) => names(one, rule)) || hasRun(one)
    const isIdle = (one: Ignore) => one.reason === '' || !isKnown(one) || (hasRun(one) && !this.#used.has(one))
    return this.#ignores.filter((one) => isLooked(one.place.file) && isIdle(one)).map(unusedIgnore)
  }
}

function unusedIgnore(ignore: Ignore): Found {
  const named = ignore.rules.join(', ')
  const lacksReason = ignore.reason === ''
  return {
    severity: 'note',
    confidence: 'high',
    title: lacksReason
      ? 'a comment that ignores a finding gives no reason, so it does not count'
      : `nothing is found here that ${named} could ignore`,
    why: diagnostics.unusedIgnore.text.why,
    do: lacksReason
      ? `Say why after two hyphens: koa-shared-session-ignore ${named || 'SEC02'} -- reason`
      : 'Remove the comment.',
    at: [{ place: ignore.place }],
  }
}
