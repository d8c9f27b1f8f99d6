import type { Project } from '../project/project.js'

/** Extensions of Flask that keep nothing in its session. */
const aside =
  /^flask_(cors|sqlalchemy|alembic|migrate|restful|restx|restplus|smorest|marshmallow|jwt|jwt_extended|httpauth|compress|mail|limiter|caching|cache|apscheduler|bcrypt|argon2|pymongo|mongoengine|redis|swagger|swagger_ui|script|sslify|talisman|executor|cloudflared|ngrok|assets|minify|pydantic|sock|sockets|healthz|prometheus\w*)$/

const uses = [
  /^[ \t]*from\s+flask\s+import\s+(\([^)]*|[^\n(]*)(\b(session|flash|get_flashed_messages)\b|\*)/m,
  /\bflask\.(session|flash)\b/,
  /(^|[^.\w])session\s*(\[|\.(get|pop|clear|permanent|modified|update|setdefault)\b)/m,
  /^[ \t]*(from|import)\s+(authlib|flask_session)\b/m,
]

/** Whether something keeps a session: Flask signs no cookie for an app that never asks for one, whatever its key is. */
export function usesFlaskSession(project: Project): boolean {
  return project.files
    .filter((file) => file.endsWith('.py') && !/(^|\/)(tests?|migrations|docs|venv|site-packages)\//.test(file))
    .some((file) => {
      const text = project.text(file) ?? ''
      const extensions = [...text.matchAll(/^[ \t]*(?:from|import)\s+(flask_\w+)/gim)].map(([, name = '']) => name)
      return uses.some((pattern) => pattern.test(text)) || extensions.some((name) => !aside.test(name.toLowerCase()))
    })
}
