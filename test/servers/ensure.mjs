// Installs, with the system's package manager, a program that the tests start, where it is not there yet and nobody must be asked.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

const policyFile = '/usr/sbin/policy-rc.d'
const tenMinutes = 600_000

// A mirror that does not answer, or another apt that holds the lock, must end in a message and not in waiting.
const patience = ['-o', 'Acquire::http::Timeout=30', '-o', 'Acquire::Retries=2', '-o', 'DPkg::Lock::Timeout=120']

const asksForVersion = ['-v', '--version', 'version']

/** How each package manager installs one of several packages, the first that it has. */
const managers = {
  'apt-get': {
    update: ['apt-get', ...patience, 'update'],
    install: (names) => oneOf(names, `apt-get ${patience.join(' ')} install -y --no-install-recommends`),
    byHand: ([name]) => `sudo apt-get install --no-install-recommends ${name}`,
  },
  dnf: { install: (names) => oneOf(names, 'dnf install -y'), byHand: ([name]) => `sudo dnf install ${name}` },
  apk: { install: (names) => oneOf(names, 'apk add --no-cache'), byHand: ([name]) => `apk add ${name}` },
  brew: {
    install: (names) => oneOf(names, 'brew install'),
    byHand: ([name]) => `brew install ${name}`,
    asUser: true,
  },
}

/**
 * Answers when one of `programs` runs, and ends the process with a message where none can be had.
 *
 * @param {{ why: string, programs: string[], packages: Record<string, string[]> }} wanted `why` begins the message, and
 *   `packages` has the names to try for each package manager
 */
export function ensure({ why, programs, packages }) {
  const found = () => programs.some((program) => asksForVersion.some((word) => runs([program, word])))
  if (found()) return
  const none = `${why}, but ${programs.join(' or ')} is not on PATH`
  const manager = Object.keys(managers).find((name) => name in packages && runs([name, '--version']))
  if (!manager) return giveUp(`${none}, and no package manager that this script knows was found`)
  const byHand = managers[manager].byHand(packages[manager])
  const prefix = privilege(managers[manager])
  if (!prefix) return giveUp(`${none}, and installing it needs root`, byHand)
  console.log(`${none}: installing it with ${manager}.`)
  install(manager, packages[manager], prefix)
  if (!found()) giveUp(`${none}, and installing it did not work`, byHand)
}

function oneOf(names, command) {
  return ['sh', '-c', names.map((name) => `${command} ${name}`).join(' || ')]
}

function runs([program, ...args]) {
  return spawnSync(program, args, { stdio: 'ignore', timeout: 60_000 }).status === 0
}

/** The words that go before a command to run it as root without asking; undefined where that cannot be. */
function privilege({ asUser }) {
  if (asUser || process.getuid?.() === 0) return []
  return runs(['sudo', '-n', 'true']) ? ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'] : undefined
}

function install(manager, names, prefix) {
  const allowServices = manager === 'apt-get' ? forbidServices(prefix) : () => {}
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    for (const command of commandsOf(manager, names)) {
      const [first, ...rest] = [...prefix, ...command]
      spawnSync(first, rest, { stdio: ['ignore', 'inherit', 'inherit'], env, timeout: tenMinutes })
    }
  } finally {
    allowServices()
  }
}

let upToDate = false

/** The list of packages is fetched once, however many programs are missing. */
function commandsOf(manager, names) {
  const { update, install } = managers[manager]
  const first = update && !upToDate ? [update] : []
  upToDate = true
  return [...first, install(names)]
}

// Debian starts a service as it is installed, on the default port. A policy of 101 forbids that to the package's scripts
// and touches no service that runs already. A policy that exists is the machine owner's and is left as it is.
function forbidServices(prefix) {
  if (existsSync(policyFile)) return () => {}
  const policy = '#!/bin/sh\nexit 101\n'
  if (prefix.length === 0) {
    writeFileSync(policyFile, policy, { mode: 0o755 })
    return () => rmSync(policyFile, { force: true })
  }
  const [first, ...rest] = prefix
  spawnSync(first, [...rest, 'sh', '-c', `cat > ${policyFile} && chmod 755 ${policyFile}`], { input: policy })
  return () => spawnSync(first, [...rest, 'rm', '-f', policyFile])
}

function giveUp(why, byHand = 'your system’s package manager') {
  console.error(`${why}.\nInstall it (${byHand}), then run the tests again.`)
  process.exit(1)
}
