// Runs before the tests: they start servers of their own, so redis-server or valkey-server must be on PATH.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

const policyFile = '/usr/sbin/policy-rc.d'

const managers = [
  {
    program: 'apt-get',
    commands: [
      ['apt-get', 'update'],
      ['apt-get', 'install', '-y', '--no-install-recommends', 'redis-server'],
    ],
    byHand: 'sudo apt-get install --no-install-recommends redis-server',
  },
  {
    program: 'dnf',
    commands: [['sh', '-c', 'dnf install -y redis || dnf install -y valkey']],
    byHand: 'sudo dnf install redis',
  },
  {
    program: 'apk',
    commands: [['sh', '-c', 'apk add --no-cache redis || apk add --no-cache valkey']],
    byHand: 'apk add redis',
  },
  { program: 'brew', commands: [['brew', 'install', 'redis']], byHand: 'brew install redis', asUser: true },
]

main()

function main() {
  if (serverFound()) return
  const manager = managers.find(({ program }) => runs([program, '--version']))
  if (!manager) giveUp('no package manager that this script knows was found', 'your system’s package manager')
  const prefix = privilege(manager)
  if (!prefix) giveUp('installing one needs root', manager.byHand)
  install(manager, prefix)
  if (!serverFound()) giveUp('installing one did not work', manager.byHand)
}

function serverFound() {
  return ['redis-server', 'valkey-server'].some((program) => runs([program, '--version']))
}

function runs([program, ...args]) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

/** The words that go before a command to run it as root without asking; undefined where that cannot be. */
function privilege({ asUser }) {
  if (asUser || process.getuid?.() === 0) return []
  return runs(['sudo', '-n', 'true']) ? ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'] : undefined
}

function install({ program, commands }, prefix) {
  console.log(`No redis-server or valkey-server on PATH: installing one with ${program}.`)
  const allowServices = program === 'apt-get' ? forbidServices(prefix) : () => {}
  try {
    for (const command of commands) {
      const [first, ...rest] = [...prefix, ...command]
      spawnSync(first, rest, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    }
  } finally {
    allowServices()
  }
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

function giveUp(why, byHand) {
  console.error(
    `The tests start Redis servers of their own, but neither redis-server nor valkey-server is on PATH, and ${why}.\nInstall one (${byHand}), then run the tests again.`,
  )
  process.exit(1)
}
