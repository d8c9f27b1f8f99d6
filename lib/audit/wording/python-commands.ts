import type { CommandFact } from '../facts/deployment.js'
import type { PythonSetting } from '../facts/python.js'
import type { Facts } from '../facts.js'

/** A command of Gunicorn or Waitress that production runs. */
export function pythonStarts({ commands }: Facts): readonly CommandFact[] {
  return commands.filter(
    ({ runner, when }) => (runner === 'gunicorn' || runner === 'waitress') && when !== 'development' && when !== 'test',
  )
}

/** A setting of Flask, Flask-Session or Gunicorn by name. */
export function settingOf({ python }: Facts, ...names: readonly string[]): PythonSetting | undefined {
  return python?.settings.find(({ name }) => names.includes(name))
}

/** What a flag or a setting gives, the command before the file: `--timeout 120`, `timeout = 120`. */
export function givenValue(
  facts: Facts,
  command: CommandFact | undefined,
  flags: readonly string[],
  setting: string,
): string | undefined {
  const args = command?.args ?? []
  for (const [index, argument] of args.entries()) {
    if (flags.includes(argument)) return args[index + 1]
    const flag = flags.find((name) => argument.startsWith(`${name}=`))
    if (flag) return argument.slice(flag.length + 1)
  }
  return settingOf(facts, setting)?.value
}

/** Files of tests are not what production runs. */
export function isTestFile({ place }: PythonSetting): boolean {
  return /(^|[/_])(tests?|testing|conftest|dev|development|local)([/_.]|$)/i.test(place.file)
}

/** A Flask app with what it needs, for the samples of rules. */
export function flaskApp(code: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    'requirements.txt': 'flask==3.0.0\ngunicorn==22.0.0\n',
    'app.py': `import os\nfrom flask import Flask, session\n\napp = Flask(__name__)\n${code}\n`,
    ...more,
  }
}
