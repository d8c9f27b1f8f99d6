import { scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const hash = promisify(scrypt)

// As a database would have them. The password of ada is "analytical".
const users = [
  {
    name: 'ada',
    salt: '6f1c0f5b7d5e4c7f8a1e',
    hash: '3ae3d18c704d669932e7a95ad0345c9cf3a108e8957dbf3eabca1d34d68b732f',
  },
]

/** The user of this name, or undefined. */
export function findUser(name) {
  return users.find((user) => user.name === name)
}

/** Whether the password is the user's. */
export async function isPassword(password, user) {
  return timingSafeEqual(await hash(password, user.salt, 32), Buffer.from(user.hash, 'hex'))
}
