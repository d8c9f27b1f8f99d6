import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from '../project.js'

const program = join(projectRoot, 'dist/bin/koa-shared-session.js')

/** Runs the program as `"$@"` of a line of shell. */
function shell(line: string, words: string[]): { code: number | null; out: string; err: string } {
  const args = ['-c', line, 'sh', process.execPath, program, ...words]
  const { status, stdout, stderr } = spawnSync('sh', args, { encoding: 'utf8', env: { PATH: process.env.PATH } })
  return { code: status, out: stdout, err: stderr }
}

/** A pipe whose reader goes at once; answers the exit code. */
const closed = (redirection: string, words: string[]) =>
  shell(`{ { "$@" ${redirection}; echo "code $?" >&3; } | :; } 3>&1`, words)

describe('The command line, where its output goes nowhere', () => {
  for (const command of ['migrate', 'doctor', 'serve', 'secret', 'sessions'])
    it(`${command} --help ends in order when nobody reads on`, () => {
      expect(closed('', [command, '--help'])).to.deep.equal({ code: 0, out: 'code 0\n', err: '' })
    })

  it('a wrong usage stays one when nobody reads the message', () => {
    expect(closed('2>&1', ['sessions', 'lst'])).to.deep.equal({ code: 0, out: 'code 2\n', err: '' })
  })

  if (existsSync('/dev/full'))
    it('a full disk is told in a line, and is no success', () => {
      const { code, err } = shell('"$@" > /dev/full', ['secret', '--env'])
      expect(code).to.equal(3)
      expect(err).to.equal('koa-shared-session: the output cannot be written (ENOSPC), so it is not complete.\n')
    })
})
