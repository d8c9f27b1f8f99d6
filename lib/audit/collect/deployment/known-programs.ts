import type { Runner } from '../../facts/deployment.js'
import type { Word } from '../../files/shell-words.js'
import { isChore, isChoreScript } from './chores.js'
import { afterFlags } from './command-wrappers.js'
import { flagOf } from './flags.js'
import type { Program } from './programs.js'

/** What the words of a program tell. */
export type Known = { runner: Runner } & Partial<
  Pick<Program, 'script' | 'npmScript' | 'npmPackage' | 'watches' | 'starts'>
>

const nodeFlags = [
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '--title',
  '--env-file',
  '-P',
  '--project',
  '-O',
  '--tsconfig',
]
const typescript = new Set([
  'ts-node',
  'tsx',
  'babel-node',
  'esno',
  'esr',
  'swc-node',
  'ts-node-esm',
  'ts-node-script',
  'vite-node',
  'jiti',
])
const watchers = new Set(['nodemon', 'ts-node-dev', 'tsnd', 'node-dev', 'supervisor', 'tsc-watch', 'nodmon'])

/** Who runs what, by the program's name and arguments. */
export function recognised(name: string, words: readonly Word[]): Known {
  const rest = words.slice(1)
  const texts = rest.map((word) => word.text)
  const watches = texts.some((text) => /^--watch(-path)?(=|$)|^watch$|^--hot$/.test(text))
  if (/^(node|nodejs|iojs|bun|deno)$/.test(name)) return nodeLike(rest, watches)
  if (watchers.has(name)) return { runner: 'nodemon', script: scriptAfter(afterNodemonFlags(rest)), watches: true }
  if (typescript.has(name))
    return {
      ...nodeLike(
        rest.filter((word) => word.text !== 'watch'),
        watches,
      ),
      runner: 'ts-node',
    }
  if (/^pm2(-runtime|-docker|-dev)?$/.test(name)) return pm2(name, texts)
  if (/^egg-(scripts|bin)$/.test(name) || name === 'eggctl')
    return {
      runner: 'egg',
      starts: /^(start|dev|debug)$/.test(texts[0] ?? ''),
      watches: /^(dev|debug)$/.test(texts[0] ?? ''),
    }
  if (name === 'forever')
    return {
      runner: 'forever',
      script: texts.find((text) => /\.[cm]?[jt]s$/.test(text)),
      starts: !/^(stop|list|logs)/.test(texts[0] ?? ''),
    }
  if (/^(npm|yarn|pnpm|bun|cnpm|tnpm)$/.test(name)) return npm(name, texts)
  if (/^(lerna|turbo|nx|lage|rush)$/.test(name)) return { runner: 'other', starts: false }
  if (name === 'strapi')
    return {
      runner: 'strapi',
      starts: /^(start|develop|dev)$/.test(texts[0] ?? ''),
      watches: /^dev/.test(texts[0] ?? ''),
    }
  if (/^(next|nuxt|nuxi)$/.test(name))
    return { runner: 'next', starts: /^(start|dev)?$/.test(texts[0] ?? ''), watches: texts[0] !== 'start' }
  if (name === 'koa-shared-session')
    return { runner: 'koa-shared-session', script: texts[1], starts: texts[0] === 'serve' }
  return python(name, texts) ?? shell(name, words)
}

/** A script of the project may start the server: `./run.sh`, `bash scripts/start.sh`. */
function shell(name: string, words: readonly Word[]): Known {
  const isShell = /^((ba|da|a|z)?sh|source|\.)$/.test(name)
  const script = isShell ? scriptAfter(words.slice(1)) : words[0]?.text
  const starts = script !== undefined && /\.(sh|bash)$/.test(script) && !isChore(script)
  return { runner: 'other', script: starts ? script : undefined, starts }
}

function nodeLike(words: readonly Word[], watches: boolean): Known {
  const evaluates = words.some((word) => /^(-e|--eval|-p|--print|--check|-v|--version|--test)$/.test(word.text))
  const run = words.find((word) => word.text.startsWith('--run'))
  if (run) return { runner: 'npm', npmScript: run.text.split('=')[1] ?? words[words.indexOf(run) + 1]?.text }
  const script = scriptAfter(afterFlags(words, nodeFlags).filter((word) => !/^(run|start)$/.test(word.text)))
  const starts = !evaluates && (script === undefined || !isChore(script))
  const transpiles = words.some(
    (word) => /(ts-node|tsx|babel|esbuild|swc|sucrase)[/-]?(register|node)?/.test(word.text) && word.text !== script,
  )
  return { runner: transpiles ? 'ts-node' : 'node', script, watches, starts }
}

function scriptAfter(words: readonly Word[]): string | undefined {
  // `node $NODE_OPTIONS server.js`: what only a shell can tell is taken for flags.
  return words.find((word) => !word.text.startsWith('-') && !word.expands)?.text
}

function afterNodemonFlags(words: readonly Word[]): readonly Word[] {
  const rest = afterFlags(words, [
    ...nodeFlags,
    '-w',
    '--watch',
    '-i',
    '--ignore',
    '-e',
    '--ext',
    '-d',
    '--delay',
    '-x',
    '--exec',
    '--config',
    '-V',
    '--signal',
  ])
  return rest.filter((word) => !/^(node|ts-node|babel-node)$/.test(word.text))
}

const pm2Valued =
  /^(-i|--instances|-n|--name|--env|-e|-o|-l|--log|--only|--cwd|--interpreter|--interpreter-args|--node-args|--max-memory-restart|--namespace|--watch-delay|--kill-timeout|-u|-k|--exp-backoff-restart-delay|--ignore-watch|--log-date-format|--restart-delay|--max-restarts|--listen-timeout|--output|--error|-p|--cron|--ext|--merge-logs-x)$/

function pm2(name: string, texts: readonly string[]): Known {
  const dashes = texts.indexOf('--')
  const own = dashes === -1 ? texts : texts.slice(0, dashes)
  const words = own.filter((text, index) => !text.startsWith('-') && !pm2Valued.test(own[index - 1] ?? ''))
  const action = /^(start|startOr\w+|reload|restart|graceful\w+)$/.test(words[0] ?? '')
  const starts = name !== 'pm2' || action
  const script = action ? words[1] : name === 'pm2' ? undefined : words[0]
  const isNpm = /^(npm|yarn|pnpm)$/.test(script ?? '')
  const after = dashes === -1 ? [] : texts.slice(dashes + 1)
  const npmScript = isNpm
    ? after.find((text) => text !== 'run')
    : /^(?:npm|yarn|pnpm)(?: run)? ([\w:-]+)$/.exec(script ?? '')?.[1]
  // `pm2 restart name` names a process that runs already.
  const named = /^(reload|restart|graceful\w+)$/.test(words[0] ?? '') && !/[./]/.test(script ?? '')
  return {
    runner: 'pm2',
    script: isNpm || npmScript ? undefined : script,
    npmScript,
    starts: starts && !named && script !== undefined,
    watches: name === 'pm2-dev',
  }
}

const npmOwn =
  /^(i|install|ci|add|remove|rm|uninstall|update|upgrade|publish|pack|config|cache|audit|link|init|create|version|set|get|prune|rebuild|dedupe|why|info|global|import|store|fetch|deploy|npm-.*)$/

function npm(name: string, texts: readonly string[]): Known {
  const prefix = flagOf(texts, /^(--prefix|-C|--cwd|--dir|--filter|-F|--workspace|-w)$/)
  const own = texts.filter(
    (text, index) =>
      !text.startsWith('-') && !/^(--prefix|-C|--cwd|--dir|--filter|-F|--workspace|-w)$/.test(texts[index - 1] ?? ''),
  )
  const workspace = own[0] === 'workspace' ? own[1] : undefined
  const [verb, ...rest] = workspace ? own.slice(2) : own
  const runs = verb === 'run' || verb === 'run-script'
  const npmScript = runs
    ? rest[0]
    : verb === 'start' || (name !== 'npm' && verb && !npmOwn.test(verb))
      ? verb
      : undefined
  return {
    runner: 'npm',
    npmScript,
    npmPackage: workspace ?? prefix,
    starts: npmScript !== undefined && !isChoreScript(npmScript),
  }
}

function python(name: string, texts: readonly string[]): Known | undefined {
  const module = /^(python|pypy)[\d.]*$/.test(name) && texts[0] === '-m' ? texts[1] : undefined
  const what = module ?? name
  if (what === 'gunicorn') return { runner: 'gunicorn', script: appArgument(module ? texts.slice(2) : texts) }
  if (what === 'waitress-serve' || what === 'waitress') return { runner: 'waitress', script: appArgument(texts) }
  if (what === 'flask') return { runner: 'flask', script: undefined, starts: texts.includes('run') }
  if (/^(python|pypy)[\d.]*$/.test(name)) {
    const script = texts.find((text) => text.endsWith('.py'))
    return { runner: 'other', script, starts: script !== undefined && !isChore(script) }
  }
  return undefined
}

/** `app:create_app()`: the module that Gunicorn and Waitress load. */
function appArgument(texts: readonly string[]): string | undefined {
  return texts.find(
    (text, index) =>
      /^[\w.]+(:[\w.]+(\(.*\))?)?$/.test(text) &&
      /:|^[A-Za-z_][\w.]*$/.test(text) &&
      (!/^-\w$|^--[\w-]+$/.test(texts[index - 1] ?? '') || alone.test(texts[index - 1] ?? '')),
  )
}

/** Flags of Gunicorn and Waitress that take no value. */
const alone =
  /^(-D|-R|--(preload|reload|daemon|capture-output|spew|enable-stdio-inheritance|expose-tracebacks|call|no-[\w-]+|log-syslog))$/
