import type { Place } from '../place.js'
import type { When } from './when.js'

export type Source =
  | 'env-file'
  | 'dockerfile'
  | 'dockerfile-arg'
  | 'compose'
  | 'kubernetes'
  | 'helm'
  | 'pm2'
  | 'systemd'
  | 'procfile'
  | 'script'
  | 'paas'

export interface VariableFact {
  readonly name: string
  /** The value as written; undefined when it comes from elsewhere (a secret reference, an expansion). Never printed where it is a secret. */
  readonly value: string | undefined
  readonly source: Source
  /** The service, deployment or PM2 app that gets it; undefined: all. */
  readonly service: string | undefined
  /** The value, for an edit; the whole entry where there is none. */
  readonly place: Place
  readonly when: When
  /** A file that only shows how: .env.example, *.sample, *.template. */
  readonly example: boolean
  /** The value only stands in for an unset variable: `${SECRET_KEY:-dev}`, a chart's default. */
  readonly fallback: boolean
  /** Taken from a secret store: secretKeyRef, generateValue, `generator: "secret"`, SOPS. */
  readonly fromSecret: boolean
  /** Kubernetes: the Secret, and the key in it. */
  readonly secret?: { readonly name: string; readonly key: string } | undefined
  /** git tracks the file; undefined: no checkout. */
  readonly tracked: boolean | undefined
}

export type Runner =
  | 'node'
  | 'pm2'
  | 'egg'
  | 'nodemon'
  | 'ts-node'
  | 'forever'
  | 'npm'
  | 'gunicorn'
  | 'waitress'
  | 'koa-shared-session'
  | 'strapi'
  | 'next'
  | 'flask'
  | 'other'

export interface CommandFact {
  /** npm: a script of package.json. */
  readonly source:
    | 'npm'
    | 'procfile'
    | 'dockerfile'
    | 'compose'
    | 'kubernetes'
    | 'systemd'
    | 'pm2'
    | 'makefile'
    | 'shell'
    | 'paas'
  /** The script's, process type's, service's or unit's name. */
  readonly name: string
  /** As written. */
  readonly text: string
  /** The command itself, for an edit. */
  readonly place: Place
  /** Where it runs, relative to the audited directory, POSIX. */
  readonly dir: string
  readonly runner: Runner
  /** What it runs, relative to the audited directory, POSIX, where it can be told. */
  readonly script: string | undefined
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly when: When
  /** Docker only: `CMD npm start` runs under a shell that keeps signals to itself. */
  readonly form: 'exec' | 'shell' | undefined
  /** For a deployment file that starts an npm script: which. */
  readonly npmScript: string | undefined
  /** Node itself watches or reloads: nodemon, --watch, ts-node-dev. */
  readonly watches: boolean
}

export type ProcessKind = 'single' | 'cluster' | 'pm2' | 'replicas' | 'k8s' | 'procfile' | 'systemd' | 'unknown'

export interface ProcessFact {
  readonly kind: ProcessKind
  /** Processes on one machine or in one container; `cpus`: one per core; null: not decidable. */
  readonly count: number | 'cpus' | null
  /** Read from this variable, with `count` as the default. */
  readonly variable: string | undefined
  /** For `cpus`: what is made of their number, as written: `cpu_count() * 2 + 1`. */
  readonly formula?: string | undefined
  readonly place: Place
  readonly when: When
  /** What runs so often, where it can be told: the PM2 app's script, the file that forks. */
  readonly script: string | undefined
  /** How it is said: `pm2 -i 4`, `cluster.fork()`, `replicas: 3`. */
  readonly said: string
}

export interface ThreadFact {
  readonly count: number | 'cpus' | null
  readonly place: Place
  readonly said: string
  /** Set by code, which is too late once the pool has started. */
  readonly inCode: boolean
}

export interface HostsFact {
  readonly min: number
  readonly max: number
  /** `serverless`: as many as the platform likes. */
  readonly kind: 'replicas' | 'k8s' | 'paas' | 'serverless'
  readonly place: Place
  readonly said: string
  /** The disk is gone with the container. */
  readonly ephemeralDisk: boolean
}

/** One container or service that runs the app. */
export interface ContainerFact {
  readonly kind: 'dockerfile' | 'compose' | 'kubernetes' | 'systemd'
  readonly name: string
  readonly place: Place
  /** Mount points inside the container and whether what is there outlives it; `many` machines may write there. */
  readonly mounts: readonly {
    readonly path: string
    readonly lasting: boolean
    readonly many: boolean
    readonly place: Place
  }[]
  /** Ports published on the host, as written. */
  readonly ports: readonly {
    readonly text: string
    readonly host: string | undefined
    readonly target: number | undefined
    readonly place: Place
  }[]
  readonly init: boolean
  readonly cpuLimit: number | undefined
  readonly memoryLimitMb: number | undefined
  readonly readinessProbe: boolean | undefined
  /** systemd PrivateTmp. */
  readonly privateTmp: boolean
  readonly user: string | undefined
}

export interface GraceFact {
  readonly platform: 'docker' | 'compose' | 'pm2' | 'kubernetes' | 'systemd' | 'heroku' | 'cloud-run' | 'ecs' | 'fly'
  readonly seconds: number
  /** Nobody wrote it: the platform's default. */
  readonly byDefault: boolean
  /** The platform does not let it be changed. */
  readonly fixed: boolean
  readonly preStop: boolean | undefined
  /** PM2 only: what it starts, where it can be told. */
  readonly script?: string | undefined
  readonly place: Place
  /** Where and what to insert for a longer one, where a machine can: the text includes indentation and line end. */
  readonly insert: { readonly at: Place; readonly text: string } | undefined
}
