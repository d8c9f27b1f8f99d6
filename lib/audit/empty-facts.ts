import type { Facts } from './facts.js'

/** The facts of an app of which nothing is known but its name. */
export function emptyFacts(): Facts {
  return {
    app: {
      dir: '.',
      name: 'app',
      version: undefined,
      packageFile: undefined,
      entry: undefined,
      modules: 'commonjs',
      typescript: false,
      install: [],
      sharesSettings: false,
      readsSettings: false,
      installer: 'npm',
      idleStores: [],
    },
    framework: { name: 'koa', version: undefined, generators: false, instances: [] },
    sessions: [],
    secrets: [],
    secretTexts: [],
    variables: [],
    commands: [],
    processes: [],
    threads: [],
    hosts: [],
    containers: [],
    settings: [],
    proxies: [],
    trust: [],
    redisServers: [],
    redisClients: [],
    grace: [],
    localState: [],
    lifecycle: emptyLifecycle,
    logins: [],
    logouts: [],
    bootEffects: [],
    python: undefined,
    served: [],
    unread: [],
    notLooked: [],
  }
}

const emptyLifecycle: Facts['lifecycle'] = {
  sigterm: undefined,
  drains: undefined,
  closesServer: undefined,
  survivesUncaught: undefined,
  listen: undefined,
  keepAliveTimeout: undefined,
  forks: [],
  pools: [],
  ownHttps: false,
}
