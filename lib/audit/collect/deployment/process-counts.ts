import { posix } from 'node:path'
import type { CommandFact, ProcessFact, ProcessKind, ThreadFact } from '../../facts/deployment.js'
import { programsOfCommand } from './commands.js'
import { expand } from './expansion.js'
import { flagOf } from './flags.js'
import { thinkWorkers } from './frameworks.js'
import { gunicornSettings } from './gunicorn.js'
import { instancesOf, isPm2File, pm2Apps } from './pm2-files.js'
import { type Program, programsOf } from './programs.js'
import type { Reading } from './reading.js'
import { gunicornThreads, poolSize } from './thread-facts.js'

/** What one start command comes to, followed through npm scripts, shell scripts and PM2 files. */
export interface Counted {
  readonly processes: readonly ProcessFact[]
  readonly threads: readonly ThreadFact[]
}

const nothing: Counted = { processes: [], threads: [] }

/** How deep commands are followed: `npm start` in `npm start` has no end. */
const deepest = 8

/** Follows start commands to the processes that they really start. */
export class ProcessCounter {
  constructor(
    readonly reading: Reading,
    readonly commands: readonly CommandFact[],
  ) {}

  async count(command: CommandFact): Promise<Counted> {
    const way = { root: command, at: command, depth: 0 }
    const counted = await this.#all(programsOfCommand(command), way)
    if (counted.processes.length > 0 || command.source !== 'procfile') return counted
    // A platform starts one of each line, whatever it is.
    const said = `${command.name}: ${command.text.slice(0, 60)}`
    const { place, when } = command
    return {
      ...counted,
      processes: [{ kind: 'procfile', count: 1, variable: undefined, place, when, script: command.script, said }],
    }
  }

  async #all(programs: readonly Program[], way: Way): Promise<Counted> {
    const counted: Counted[] = []
    for (const program of programs) counted.push(await this.#one(program, way))
    return { processes: counted.flatMap((one) => one.processes), threads: counted.flatMap((one) => one.threads) }
  }

  async #one(program: Program, way: Way): Promise<Counted> {
    if (way.depth > deepest) return nothing
    switch (program.runner) {
      case 'npm':
        return this.#npm(program, way)
      case 'pm2':
        return this.#pm2(program, way)
      case 'egg':
        return this.#flagged(program, way, {
          kind: 'cluster',
          flag: /^(--workers|-w|-c|--cluster)$/,
          otherwise: program.watches ? 1 : 'cpus',
        })
      case 'koa-shared-session':
        return this.#serve(program, way)
      case 'gunicorn':
        return this.#gunicorn(program, way)
      case 'waitress':
        return this.#waitress(program, way)
      case 'other':
        return this.#script(program, way)
      default:
        return this.#single(program, way)
    }
  }

  async #npm(program: Program, way: Way): Promise<Counted> {
    const scripts = this.commands.filter((command) => command.source === 'npm' && command.name === program.npmScript)
    const near = scripts.filter((command) => command.dir === way.at.dir)
    const [chosen] = near.length > 0 ? near : scripts
    if (!chosen) return nothing
    const all = scripts.filter((command) => command.place.start === chosen.place.start && command.dir === chosen.dir)
    return this.#all(programsOfCommand(all[0] ?? chosen), { ...way, at: chosen, depth: way.depth + 1 })
  }

  async #pm2(program: Program, way: Way): Promise<Counted> {
    const { script } = program
    const file = script === undefined ? undefined : this.reading.resolve(way.at.dir, script)
    if (file && (isPm2File(file) || /\.(json|ya?ml|config\.[cm]?js)$/.test(file))) {
      const only = flagOf(program.args, /^--only$/)?.split(',')
      const apps = await pm2Apps(this.reading, file)
      const chosen = only ? apps.filter((app) => only.includes(app.name)) : apps
      return {
        processes: chosen.map((app) => ({
          ...app.process,
          when: way.root.when === 'any' ? app.process.when : way.root.when,
        })),
        threads: poolOf(program, way),
      }
    }
    const written =
      flagOf(program.args, /^(-i|--instances)$/) ??
      program.args.map((word) => /^-i(\d+|max)$/.exec(word)?.[1]).find(Boolean)
    const { value, variable } = expand(written ?? '1')
    const count = value === undefined ? null : instancesOf(value)
    return this.#said({ kind: 'pm2', count, variable, script: file ?? script, program, way })
  }

  #serve(program: Program, way: Way): Counted {
    const counted = this.#flagged(program, way, { kind: 'cluster', flag: /^(--workers|-w)$/, otherwise: 'cpus' })
    const written = flagOf(program.args, /^--threads$/)
    if (written === undefined) return counted
    const count = Number(expand(written).value) || null
    return {
      ...counted,
      threads: [{ count, place: way.at.place, said: `serve --threads ${written}`, inCode: false }],
    }
  }

  #flagged(program: Program, way: Way, how: { kind: ProcessKind; flag: RegExp; otherwise: number | 'cpus' }): Counted {
    const written = flagOf(program.args, how.flag)
    const { value, variable } = expand(written ?? '')
    const number = Number(value)
    const count =
      written === undefined || value === '0' || value === 'auto' || value === 'max'
        ? how.otherwise
        : value !== undefined && number > 0
          ? number
          : null
    return this.#said({ kind: how.kind, count, variable, script: program.script, program, way })
  }

  async #gunicorn(program: Program, way: Way): Promise<Counted> {
    const settings = await gunicornSettings(
      this.reading,
      program,
      { ...way.root.environment, ...way.at.environment },
      way.at.dir,
    )
    const kind =
      way.root.source === 'procfile' || way.root.source === 'systemd'
        ? way.root.source
        : settings.workers === 1
          ? 'single'
          : 'cluster'
    const { processes } = this.#said({
      kind,
      count: settings.workers,
      variable: settings.variable,
      script: program.script,
      program,
      way,
    })
    const { formula } = settings
    return {
      processes: processes.map((fact) => ({ ...fact, formula, place: settings.place ?? fact.place })),
      threads: [gunicornThreads(settings.threads, settings.threadsPlace ?? way.at.place)],
    }
  }

  async #waitress(program: Program, way: Way): Promise<Counted> {
    const written = Number(flagOf(program.args, /^--threads$/) ?? 4)
    const count = Number.isInteger(written) ? written : null
    const single = await this.#single(program, way)
    return {
      ...single,
      threads: [{ count, place: way.at.place, said: `Waitress threads: ${count ?? 'not decidable'}`, inCode: false }],
    }
  }

  async #single(program: Program, way: Way): Promise<Counted> {
    const { source } = way.root
    const kind = source === 'procfile' || source === 'systemd' ? source : 'single'
    const script = program.script === undefined ? undefined : this.reading.resolve(way.at.dir, program.script)
    const forked = script ? await thinkWorkers(this.reading, script) : undefined
    if (forked) return { processes: [forked], threads: [] }
    return this.#said({ kind, count: 1, variable: undefined, script, program, way })
  }

  /** A shell script starts what it holds; a Python file is looked into by the Python reader. */
  async #script(program: Program, way: Way): Promise<Counted> {
    if (program.name === 'make') return this.#make(program, way)
    const written = /^(ba|da|a|z)?sh$|^source$|^\.$/.test(program.name)
      ? program.args.find((word) => !word.startsWith('-'))
      : program.script
    if (written === undefined) return nothing
    const file = this.reading.resolve(way.at.dir, written)
    if (/\.py$/.test(file)) return this.#single(program, way)
    const text = this.reading.text(file) ?? this.reading.text(posix.basename(file))
    if (text === undefined || !/\.(sh|bash)$|(^|\/)[\w-]+$/.test(file)) return nothing
    const inner = programsOf(text).filter((candidate) => candidate.starts)
    return this.#all(inner, { ...way, depth: way.depth + 1 })
  }

  /** `web: make start` */
  async #make(program: Program, way: Way): Promise<Counted> {
    const targets = program.args.filter((word) => !word.startsWith('-') && !word.includes('='))
    const recipes = this.commands.filter((command) => command.source === 'makefile' && targets.includes(command.name))
    const counted: Counted[] = []
    for (const recipe of recipes)
      counted.push(await this.#all(programsOfCommand(recipe), { ...way, at: recipe, depth: way.depth + 1 }))
    return { processes: counted.flatMap((one) => one.processes), threads: counted.flatMap((one) => one.threads) }
  }

  #said(fact: {
    kind: ProcessKind
    count: number | 'cpus' | null
    variable: string | undefined
    script: string | undefined
    program: Program
    way: Way
  }): Counted {
    const { kind, count, variable, program, way } = fact
    const when = way.root.when === 'any' ? way.at.when : way.root.when
    const words = [program.name, ...program.args].join(' ')
    const said = `${sourceOf(way.at)}: ${words.length > 70 ? `${words.slice(0, 69)}…` : words}`
    return {
      processes: [{ kind, count, variable, place: way.at.place, when, script: fact.script, said }],
      threads: poolOf(program, way),
    }
  }
}

/** Where a command came from, and where it is now. */
interface Way {
  readonly root: CommandFact
  readonly at: CommandFact
  readonly depth: number
}

/** The size of libuv's pool, where the command or what calls it sets it. */
function poolOf(program: Program, { root, at }: Way): readonly ThreadFact[] {
  const given = [program, at, root].find(({ environment }) => environment.UV_THREADPOOL_SIZE !== undefined)
  return given === undefined
    ? []
    : [poolSize(given.environment.UV_THREADPOOL_SIZE, 'place' in given ? given.place : at.place)]
}

function sourceOf(command: CommandFact): string {
  return command.source === 'npm' ? `"${command.name}"` : command.name
}
