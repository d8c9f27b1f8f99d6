import type { Confidence, Severity } from './finding.js'

const confidences: readonly Confidence[] = ['low', 'medium', 'high']
const severities: readonly Severity[] = ['note', 'warning', 'error']

export function isConfidence(word: string): word is Confidence {
  return confidences.some((one) => one === word)
}

/** Whether the first is as sure as the second, or surer. */
export function isAtLeastAsSure(one: Confidence, other: Confidence): boolean {
  return confidences.indexOf(one) >= confidences.indexOf(other)
}

/** Whether the first is as severe as the second, or worse. */
export function isAtLeastAsSevere(one: Severity, other: Severity): boolean {
  return severities.indexOf(one) >= severities.indexOf(other)
}

/** For sorting: the worst first. */
export function bySeverity(one: Severity, other: Severity): number {
  return severities.indexOf(other) - severities.indexOf(one)
}
