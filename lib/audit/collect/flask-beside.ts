import type { Place } from '../place.js'
import type { Project } from '../project/project.js'
import { isBelow } from './apps.js'
import type { DeploymentFacts } from './deployment/reading.js'

const makesFlask = /^\s*\w+\s*(:.*)?=\s*(flask\.)?Flask\(/m
const besideServer = /(^|\/)(tests?|examples?|scripts?|tools?|docs?)\/|(^|\/)(test_\w+|\w+_test|conftest)\.py$/

/** Whether a Flask app is in the directory of a Node app, as where one takes the place of the other. */
export function flaskBeside(project: Project, dir: string, others: readonly string[]): boolean {
  const inner = others.filter((other) => other !== dir && isBelow(other, dir))
  return project.files.some(
    (file) =>
      file.endsWith('.py') &&
      isBelow(file, dir) &&
      !besideServer.test(file) &&
      !inner.some((other) => isBelow(file, other)) &&
      makesFlask.test(project.text(file) ?? ''),
  )
}

/** What deployment files say of the Node app alone, or of the Python app alone. */
export function deploymentOf(which: 'node' | 'python', deployment: DeploymentFacts): DeploymentFacts {
  const isPython = (runner: string) => /^(gunicorn|waitress|flask)$/.test(runner)
  const commands = deployment.commands.filter(
    ({ runner }) => runner === 'other' || isPython(runner) === (which === 'python'),
  )
  const left = deployment.commands.filter((command) => !commands.includes(command))
  const isOwn = ({ place }: { readonly place: Place }) =>
    place.file.endsWith('.py') === (which === 'python') || !/\.(py|[cm]?[jt]sx?)$/.test(place.file)
      ? !left.some((command) => isWithin(command.place, place) || isWithin(place, command.place))
      : false
  return {
    ...deployment,
    python: which === 'python' ? deployment.python : undefined,
    commands,
    processes: deployment.processes.filter(isOwn),
    threads: deployment.threads.filter(isOwn),
  }
}

const isWithin = (inner: Place, outer: Place) =>
  inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end
