import type { Place } from '../place.js'
import type { When } from './when.js'

/** What starts the app in production, as far as it gives the processes their variables. */
export interface SettingsFact {
  readonly source: 'compose' | 'kubernetes' | 'systemd' | 'heroku' | 'pm2'
  /** The service, the Deployment, the unit, the PM2 app; of Heroku the app. */
  readonly name: string
  readonly place: Place
  readonly when: When
  /** PM2: what it starts, where it can be told. */
  readonly script?: string | undefined
  /** Files of variables that it takes, as written: `env_file`, `EnvironmentFile`. */
  readonly files: readonly string[]
  /** Kubernetes: a Secret that it takes variables from; `whole`: each key of it is one. */
  readonly secret: { readonly name: string; readonly whole: boolean } | undefined
  /** Where one more variable goes; undefined where people have to write it. */
  readonly next: LinesFact | undefined
  /** PM2: where an entry goes that stands first in the env of the app, or is a new `env`; `between`: what follows it. */
  readonly env?: { readonly at: Place; readonly isNew: boolean; readonly between: string } | undefined
  /** PM2: where `instances` and its mode go; undefined where one of them is there. */
  readonly instances?: { readonly at: Place; readonly between: string } | undefined
  /** Compose: where one more volume goes, of the service and of the file. */
  readonly volumes: { readonly service: LinesFact; readonly file: LinesFact } | undefined
}

/** Where lines can be put into a file. */
export interface LinesFact {
  readonly at: Place
  /** Of the lines. */
  readonly indent: string
  /** `new`: the block itself has to be written first, with this indentation. */
  readonly form: 'map' | 'list' | 'new'
}
