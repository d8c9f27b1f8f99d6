import type { AuditOptions } from '../audit/audit.js'
import type { Plan } from '../audit/plan.js'
import type { Project } from '../audit/project/project.js'

/** A stream that a command writes to. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** What a command needs of the world. Tests hand in their own. */
export interface Surroundings {
  readonly directory: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdout: Output
  readonly stderr: Output
  /** Milliseconds since the epoch. */
  now(): number
  audit(project: Project, options: AuditOptions): Promise<Plan>
}

/** The world as it is. */
export const surroundings: Surroundings = {
  directory: process.cwd(),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  now: Date.now,
  audit: async (project, options) => (await import('../audit/audit.js')).audit(project, options),
}
