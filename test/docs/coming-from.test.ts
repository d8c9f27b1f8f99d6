import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import { SessionOptions } from 'koa-session'
import { type OptionName, optionTable } from '../../lib/core/option-table.js'
import { projectRoot } from '../project.js'
import { readPages } from './page.js'

const require = createRequire(import.meta.url)
const { Cookie }: { Cookie: { prototype: object } } = require('cookies')
const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')
const installed = (path: string) => read(`node_modules/${path}`)
const all = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))]

const between = (text: string, start: string, end: string) => text.split(start)[1]?.split(end)[0] ?? ''

/** The attributes of a cookie, as the package that koa-session and koa-generic-session hand their options to knows them. */
const cookieAttributes = [...Object.keys(Cookie.prototype).filter((name) => !/^to[A-Z]/.test(name)), 'maxAge']

// Packages of Python are not installed here: their settings as of Flask 3.1, Flask-Session 0.8, Gunicorn 23, Waitress 3.
const words = (text: string) => text.trim().split(/\s+/)
const flask = words(`
  SECRET_KEY SECRET_KEY_FALLBACKS PERMANENT_SESSION_LIFETIME SESSION_COOKIE_NAME SESSION_COOKIE_DOMAIN SESSION_COOKIE_PATH
  SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SECURE SESSION_COOKIE_PARTITIONED SESSION_COOKIE_SAMESITE
  SESSION_REFRESH_EACH_REQUEST MAX_COOKIE_SIZE`)
const flaskSession = words(`
  SESSION_TYPE SESSION_KEY_PREFIX SESSION_USE_SIGNER SESSION_PERMANENT SESSION_ID_LENGTH SESSION_SERIALIZATION_FORMAT
  SESSION_CLEANUP_N_REQUESTS SESSION_REDIS SESSION_MEMCACHED SESSION_CACHELIB SESSION_FILE_DIR SESSION_FILE_THRESHOLD
  SESSION_FILE_MODE SESSION_MONGODB SESSION_MONGODB_DB SESSION_MONGODB_COLLECT SESSION_SQLALCHEMY SESSION_SQLALCHEMY_TABLE
  SESSION_SQLALCHEMY_SEQUENCE SESSION_SQLALCHEMY_SCHEMA SESSION_SQLALCHEMY_BIND_KEY SESSION_DYNAMODB
  SESSION_DYNAMODB_TABLE SESSION_DYNAMODB_TABLE_EXISTS SESSION_POSTGRESQL SESSION_POSTGRESQL_TABLE
  SESSION_POSTGRESQL_SCHEMA`)
const gunicorn = words(`
  config wsgi_app bind backlog workers worker_class threads worker_connections max_requests max_requests_jitter timeout
  graceful_timeout keepalive limit_request_line limit_request_fields limit_request_field_size reload reload_engine
  reload_extra_files spew check_config print_config preload_app sendfile reuse_port chdir daemon raw_env pidfile
  worker_tmp_dir user group umask initgroups tmp_upload_dir secure_scheme_headers forwarded_allow_ips accesslog
  disable_redirect_access_to_syslog access_log_format errorlog loglevel capture_output logger_class logconfig
  logconfig_dict logconfig_json syslog_addr syslog syslog_prefix syslog_facility enable_stdio_inheritance statsd_host
  dogstatsd_tags statsd_prefix proc_name default_proc_name pythonpath paste on_starting on_reload when_ready pre_fork
  post_fork post_worker_init worker_int worker_abort pre_exec pre_request post_request child_exit worker_exit
  nworkers_changed on_exit ssl_context proxy_protocol proxy_allow_ips keyfile certfile ssl_version cert_reqs ca_certs
  suppress_ragged_eofs do_handshake_on_connect ciphers raw_paste_global_conf permit_obsolete_folding strip_header_spaces
  permit_unconventional_http_method permit_unconventional_http_version casefold_http_method forwarder_headers header_map
  HUP USR1 USR2 TTIN TTOU TERM INT QUIT WINCH`)
const waitress = words(`
  host port ipv4 ipv6 listen threads trusted_proxy trusted_proxy_count trusted_proxy_headers log_untrusted_proxy_headers
  clear_untrusted_proxy_headers url_scheme url_prefix backlog recv_bytes send_bytes outbuf_overflow outbuf_high_watermark
  inbuf_overflow connection_limit cleanup_interval channel_timeout log_socket_errors max_request_header_size
  max_request_body_size expose_tracebacks ident asyncore_loop_timeout asyncore_use_poll unix_socket unix_socket_perms
  sockets channel_request_lookahead server_name socket_options`)

/** What each package offers, read from its installed source, typings or README. */
const offered: Record<string, Record<string, string[]>> = {
  'docs/from/koa-session.md': {
    options: [...Object.keys(SessionOptions.shape), ...cookieAttributes],
    'members of ctx.session': all(
      installed('koa-session/dist/esm/session.d.ts'),
      /^ {4}(?:get |set )?(?!constructor)(\w+)\(/gm,
    ),
    'options of koa-redis': all(installed('koa-redis/lib/index.js'), /\boptions\.(\w+)/g),
  },
  'docs/from/koa-generic-session.md': {
    options: [
      ...all(installed('koa-generic-session/lib/session.js'), /\boptions\.(\w+)/g),
      ...cookieAttributes.map((name) => `cookie.${name}`),
    ],
    'members of ctx': all(
      installed('koa-generic-session/lib/session.js'),
      /\b(ctx\.(?:session|saveSession|regenerateSession)\w*)/g,
    ),
  },
  'docs/from/express-session.md': {
    options: all(installed('express-session/index.js'), /\bopts\.(\w+)/g),
    'options of the cookie': all(installed('express-session/README.md'), /^##### (cookie\.\w+)$/gm),
    'members of the request': all(
      installed('express-session/README.md')
        .replaceAll('#### Session.', '#### req.session.')
        .replaceAll('#### Cookie.', '#### req.session.cookie.'),
      /^###+ (req\.[\w.]+)/gm,
    ),
    'options of connect-redis': all(
      between(installed('connect-redis/dist/connect-redis.d.ts'), 'interface RedisStoreOptions', '\n}'),
      /^ {4}(\w+)\??: /gm,
    ),
  },
  'docs/from/flask.md': {
    'settings of Flask about sessions': flask,
    'settings of Flask-Session': flaskSession,
    'settings of Gunicorn': gunicorn,
    'settings of Waitress': waitress,
    'settings that migrate knows': all(
      between(read('lib/audit/rules/pyx04-session-config.ts'), 'const rows', '\n}'),
      /^ {2}(\w+):/gm,
    ),
  },
}

describe('Coming from', () => {
  const pages = readPages()

  for (const [path, peers] of Object.entries(offered))
    for (const [what, names] of Object.entries(peers))
      it(`${path} has a row for each of the ${what}`, () => {
        const explained = namesExplained(read(path))
        expect(names, 'what is offered').to.have.length.above(4)
        expect(names.filter((name) => !explained.has(name))).to.deep.equal([])
      })

  it('Flask shows lines of the example, which has a test of its own', () => {
    const block = pages
      .find(({ path }) => path === 'docs/from/flask.md')
      ?.blocks.find(({ language }) => language === 'py')
    const example = read('examples/from-flask/before/app.py')
    for (const line of block?.code.trimEnd().split('\n') ?? ['']) expect(example).to.include(`${line}\n`)
  })

  it('the pages name options that there are, with their defaults', () => {
    const rows = Object.keys(offered).flatMap((path) => rowsOf(read(path)).map((cells) => ({ path, cells })))
    const named = rows.flatMap(({ path, cells: [, , here = '', byDefault = ''] }) =>
      all(here, /`([\w.]+)`/g).flatMap((name) => (name in optionTable ? [{ path, name, byDefault }] : [])),
    )
    expect(named).to.have.length.above(40)
    for (const { path, name, byDefault } of named) {
      const { default: value } = optionTable[name as OptionName] as { default?: unknown }
      if (value !== undefined) expect(byDefault, `${path}: ${name}`).to.include(String(value))
    }
  })
})

/** The names in the first column of the tables. */
function namesExplained(page: string): Set<string> {
  const codes = rowsOf(page).flatMap(([first = '']) => all(first, /`([^`]+)`/g))
  return new Set(codes.flatMap((code) => [...(code.match(/[\w.]+/g) ?? []), ...(code.match(/\w+(?=\()/g) ?? [])]))
}

/** The cells of all rows of all tables. */
function rowsOf(page: string): string[][] {
  return [...page.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(/ \| ?/))
}
