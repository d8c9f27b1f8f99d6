/** What `migrate --help` prints. */
export const migrateHelp = `Reads an existing app and prints what breaks or is unsafe when it runs in several processes, and the
steps that mend it, in order. Nothing of the app is executed; nothing is changed without --write.

Usage
  koa-shared-session migrate [dir | app.js] [options]

Examples
  koa-shared-session migrate                             read this directory
  koa-shared-session migrate --format md --output MIGRATION.md
                                                         write the guide for this app
  koa-shared-session migrate --diff | git apply          take the changes as a patch
  koa-shared-session migrate --write                     make the safe changes
  koa-shared-session migrate --workers 8 --hosts 2       judge for 8 workers on each of 2 hosts
  koa-shared-session migrate --format sarif --output sarif=report.sarif --fail-on warning
  koa-shared-session migrate --explain SEC01             what a rule means

What is judged
  --entry FILE             the file that starts the server, when it cannot be found
  --workers N|auto         workers to aim at (default: what the deployment files say, else 4)
  --hosts N                hosts to aim at (default: what the deployment files say, else 1)
  --store redis|file|auto  the store the guide is written for (default: auto)
  --env-file FILE          environment of production; may be repeated, the last one wins
  --workspace NAME         one app of a monorepo, by name or directory

What is reported
  --only ID, --skip ID     rules by id, slug or group (SEC01, secret-weak, SEC); may be repeated
  --min-confidence LEVEL   high, medium or low (default: medium)
  --all                    also unsure findings, and what is ignored
  --baseline FILE          findings that are accepted (default: .koa-shared-session-baseline.json)
  --update-baseline        accept what is found now; drops entries that match nothing
  --fail-on LEVEL          error, warning, note or never: what exit code 1 needs (default: error)

How it is printed
  --format FORMAT          text, md, json, sarif, html, github or diff; may be repeated
  --output [FORMAT=]FILE   into a file; may be repeated
  --quiet                  the verdict and one line a finding
  --no-summary             without the head
  --offline                without links
  --color, --no-color      default: colours on a terminal; NO_COLOR and FORCE_COLOR are heeded

Changes
  --diff                   print only the patch, for git apply
  --write                  make the safe changes; refused when git has uncommitted changes
  --write --unsafe         make those to review, too
  --force                  write although git has uncommitted changes

Rules
  --explain ID             what a rule looks for and why
  --list-rules             all rules; with --format json for programs

A comment leaves one finding out, with a reason:
  // koa-shared-session-ignore MEM01 -- counts requests only

Settings may stand in koa-shared-session.config.json, or in package.json under "koa-shared-session".

Exit codes
  0  nothing at or above --fail-on     1  findings     2  wrong usage or configuration
  3  a fault of this tool              4  no server app found
`
